"""The folder that a process works on, alone where memory is not shared."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from instagram_app.container.errors import DataDirectoryRefused

LOCK_NAME: Final = "lock"


def prepare(path: Path) -> None:
    """Make the folder if it is not there; DataDirectoryRefused when that cannot be done."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise DataDirectoryRefused(
            f"the data directory {path} cannot be made: {error.strerror}; set INSTAGRAM_DATA"
        ) from error


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the folder for this process alone, for the length of a block.

    A lock and no pid file: it goes with the process, however that ends. DataDirectoryRefused when
    another process has it.
    """
    prepare(path)
    try:
        lock = (path / LOCK_NAME).open("ab")
    except OSError as error:
        raise DataDirectoryRefused(
            f"the data directory {path} cannot be written: {error.strerror}"
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DataDirectoryRefused(
                f"another process uses the data directory {path}; stop it, or choose another "
                "directory with --data"
            ) from error
        yield
