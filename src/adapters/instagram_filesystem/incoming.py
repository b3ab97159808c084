"""A file on its way into the store. Everything here blocks."""

import contextlib
import fcntl
import os
import secrets
from enum import Enum, auto

from instagram_core.media.model import MediaKey, StoredFile
from instagram_filesystem.folder import Folder, describe

_ATTEMPTS = 10
_BELOW_A_MILLISECOND = 1_000_000


class _Undo(Enum):
    """How a file that has been published is taken back."""

    NOTHING = auto()
    REMOVE = auto()
    RESTORE = auto()


class IncomingFile:
    """Written aside, then renamed into place whole; until `keep` it can be taken back."""

    def __init__(self, folder: Folder, key: MediaKey) -> None:
        """Take the key it is for; nothing is on disk yet."""
        name = secrets.token_hex(16)
        self._folder = folder
        self._key = key
        self._target = folder.path(key)
        self._path = folder.incoming / name
        self._previous = folder.incoming / f"{name}.previous"
        self._descriptor = -1
        self._undo = _Undo.NOTHING

    def write(self, chunk: bytes) -> None:
        """Append bytes."""
        self._open()
        rest = memoryview(chunk)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]

    def publish(self, at: int) -> StoredFile:
        """Put the file into place, durably, as changed at Unix milliseconds `at`."""
        self._open()
        # The part below a millisecond makes the etag of every put another.
        changed = at * _BELOW_A_MILLISECOND + secrets.randbelow(_BELOW_A_MILLISECOND)
        os.utime(self._descriptor, ns=(changed, changed))
        os.fsync(self._descriptor)
        for attempt in range(_ATTEMPTS):
            self._folder.make(self._target.parent)
            try:
                self._swap()
                break
            except FileNotFoundError:
                # Deleting the last file of the stem took the folder away in between.
                if attempt == _ATTEMPTS - 1:
                    raise
        self._folder.sync(self._target.parent)
        return describe(self._key, os.fstat(self._descriptor))

    def keep(self) -> None:
        """Let the file stay for good."""
        if self._undo is _Undo.RESTORE:
            self._previous.unlink(missing_ok=True)
        self._close()

    def discard(self) -> None:
        """Leave nothing of it: what was there before is there again."""
        with self._folder.swapping, contextlib.suppress(FileNotFoundError):
            if self._undo is not _Undo.NOTHING and self._is_in_place():
                if self._undo is _Undo.RESTORE:
                    self._previous.replace(self._target)
                else:
                    self._target.unlink()
                self._folder.sync(self._target.parent)
        for path in (self._path, self._previous):
            path.unlink(missing_ok=True)
        self._close()

    def _open(self) -> None:
        while self._descriptor < 0:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            self._descriptor = os.open(self._path, flags, 0o600)
            # Says to a process that starts now: this is no leftover.
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
            if os.fstat(self._descriptor).st_nlink == 0:  # swept before it was locked
                self._close()

    def _close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _swap(self) -> None:
        with self._folder.swapping:
            try:
                os.link(self._target, self._previous)
                undo = _Undo.RESTORE
            except FileNotFoundError:
                undo = _Undo.REMOVE
            except OSError:  # a disk without hard links: there is no way back
                undo = _Undo.NOTHING
            self._path.replace(self._target)
            self._undo = undo

    def _is_in_place(self) -> bool:
        ours, there = os.fstat(self._descriptor), self._target.lstat()
        return (ours.st_ino, ours.st_dev) == (there.st_ino, there.st_dev)
