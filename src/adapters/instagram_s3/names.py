"""What objects of the bucket are called."""

from typing import Any, Final

from instagram_core.kernel.clock import to_milliseconds
from instagram_core.media.model import ENCODINGS, MediaKey, StoredFile, media_key

FILES: Final = "files/"
INCOMING: Final = "incoming/"
"""What is being written, and what it replaces: nothing here lives for more than minutes."""


def object_of(key: MediaKey) -> str:
    """Give the name of a file's object; ValueError for what is no key."""
    stem, _, name = key.partition("/")
    return FILES + media_key(stem, name)


def key_of(name: str) -> MediaKey | None:
    """Give the key of an object; None for what the store did not make."""
    stem, _, rest = name.removeprefix(FILES).partition("/")
    try:
        return media_key(stem, rest)
    except ValueError:
        return None


def content_type(key: MediaKey) -> str:
    """Give what a client that reads the object is told it is."""
    ending = key.rpartition(".")[2]
    return f"image/{ending}" if ending in ENCODINGS else "application/octet-stream"


def described(key: MediaKey, found: Any, length: int) -> StoredFile:  # noqa: ANN401 - the server's
    """Give what the server says of an object; it dates answers and lists to the second."""
    moment = to_milliseconds(found["LastModified"]) // 1000 * 1000
    etag = str(found["ETag"]).strip('"')
    return StoredFile(key=key, length=length, modified_at=moment, etag=etag)
