"""Media in a folder."""

from instagram_filesystem.media import FilesystemMediaStore

__all__ = ["FilesystemMediaStore"]
