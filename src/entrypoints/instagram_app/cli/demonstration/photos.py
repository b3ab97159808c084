"""Where the pictures come from: drawn here, or taken from a folder."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

import attrs

from instagram_app.cli.demonstration.plan import PlannedPost
from instagram_app.cli.failure import Failure

_SUFFIXES: Final = frozenset({".gif", ".heic", ".jpeg", ".jpg", ".png", ".webp"})


class Photos(Protocol):
    """Gives a picture for a post."""

    def of(self, post: PlannedPost) -> bytes:
        """Give the file; the same one for the same post."""


class DrawnPhotos(Photos):
    """Draws what the post says."""

    def of(self, post: PlannedPost) -> bytes:
        """Give a drawing of the scene."""
        from instagram_app.cli.demonstration.drawing import photograph

        return photograph(post.scene, post.seed)


@attrs.frozen
class FolderPhotos(Photos):
    """Takes the pictures of a folder in turn."""

    files: Sequence[Path]

    @classmethod
    def in_folder(cls, folder: Path) -> "FolderPhotos":
        """Give the pictures of a folder and of those inside it; Failure when there are none."""
        if not folder.is_dir():
            raise Failure(f"{folder} is no directory")
        found = (path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES)
        files = sorted(path for path in found if path.is_file())
        if not files:
            raise Failure(f"there are no pictures in {folder}")
        return cls(files)

    def of(self, post: PlannedPost) -> bytes:
        """Give one of the files, different ones for successive posts as far as there are."""
        return self.files[(post.author + post.seed) % len(self.files)].read_bytes()
