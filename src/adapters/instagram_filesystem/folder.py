"""The layout of the store: where a key lies, and what lies there. Everything here blocks."""

import contextlib
import errno
import fcntl
import itertools
import os
import re
import stat
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from instagram_core.media.model import MediaKey, StoredFile, is_media_stem, media_key

_NANOSECONDS: Final = 1_000_000
_FANNED: Final = 2
"""Characters of a stem that name its folder: keys stay in order, folders stay small."""

_FOLDER_OF_STEMS: Final = re.compile(r"[a-z0-9]{2}")


class Folder:
    """`files/<two characters>/<stem>/<name>`, and `incoming/` for what is not whole yet."""

    def __init__(self, root: Path) -> None:
        """Lay everything under `root`."""
        self._files = root / "files"
        self.incoming = root / "incoming"
        self.swapping = threading.Lock()

    def prepare(self) -> None:
        """Make the folders, and remove what processes that were killed left half written."""
        for folder in (self._files, self.incoming):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for leftover in self.incoming.iterdir():
            _sweep(leftover)

    def path(self, key: MediaKey) -> Path:
        """Give where a key lies; ValueError for what no key is, so no path leads outside."""
        stem, _, name = key.partition("/")
        return self._files / stem[:_FANNED] / media_key(stem, name)

    def stat(self, key: MediaKey) -> StoredFile | None:
        """Give what is known of a file; None when absent."""
        try:
            found = self.path(key).lstat()
        except (FileNotFoundError, NotADirectoryError):
            self.check()
            return None
        return describe(key, found) if stat.S_ISREG(found.st_mode) else None

    def open(self, key: MediaKey) -> int | None:
        """Give a descriptor of the file as it is now; None when absent."""
        try:
            return os.open(self.path(key), os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except (FileNotFoundError, NotADirectoryError):
            self.check()
            return None
        except OSError as error:
            if error.errno == errno.ELOOP:  # a link, which the store never makes
                return None
            raise

    def check(self) -> None:
        """Raise when not only a file is absent but the whole folder, as after an unmount."""
        self._files.stat()

    def make(self, folder: Path) -> None:
        """Make the folder of a stem; never the root, which may be a disk that went away."""
        for missing in (folder.parent, folder):
            with contextlib.suppress(FileExistsError):
                missing.mkdir(mode=0o700)

    def sync(self, folder: Path) -> None:
        """Make the names in the folder of a stem survive a crash, and those that lead there."""
        for level in (folder, folder.parent, folder.parent.parent):
            descriptor = os.open(level, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def delete(self, paths: Iterable[Path]) -> None:
        """Remove files, and folders of stems that they leave empty."""
        emptied = set[Path]()
        for path in paths:
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                path.unlink()
            emptied.add(path.parent)
        for folder in emptied:
            with contextlib.suppress(OSError):  # files are left, or it is gone already
                folder.rmdir()
        self.check()

    def page(self, after: MediaKey | None, limit: int) -> tuple[StoredFile, ...]:
        """Give up to `limit` files in the order of keys, reading no folder that lies before."""
        self.check()
        found = filter(None, map(self.stat, self._keys(after or "")))
        return tuple(itertools.islice(found, limit))

    def _keys(self, after: str) -> Iterator[MediaKey]:
        first_stem = after.partition("/")[0]
        for fan in _names(self._files):
            if fan < first_stem[:_FANNED] or not _FOLDER_OF_STEMS.fullmatch(fan):
                continue
            for stem in _names(self._files / fan):
                if stem < first_stem or not is_media_stem(stem):
                    continue
                for name in _names(self._files / fan / stem):
                    with contextlib.suppress(ValueError):  # somebody else's file
                        key = media_key(stem, name)
                        if key > after:
                            yield key


def describe(key: MediaKey, found: os.stat_result) -> StoredFile:
    """Give what the store says of a file; its etag needs no reading of the bytes."""
    return StoredFile(
        key=key,
        length=found.st_size,
        modified_at=found.st_mtime_ns // _NANOSECONDS,
        etag=f"{found.st_ino:x}-{found.st_mtime_ns:x}-{found.st_size:x}",
    )


def _names(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208 - names alone, and many of them
    except (FileNotFoundError, NotADirectoryError):
        return []


def _sweep(leftover: Path) -> None:
    """Remove a file nobody writes: the kernel takes a writer's lock away when the writer dies."""
    with contextlib.suppress(FileNotFoundError):
        descriptor = os.open(leftover, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            leftover.unlink()
        except BlockingIOError:
            pass
        finally:
            os.close(descriptor)
