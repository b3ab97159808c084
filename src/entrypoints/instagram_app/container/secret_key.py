"""The secret that signatures come from: given by a setting, or made once and kept."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from instagram_app.container.errors import DataDirectoryRefused
from instagram_app.settings.table import Settings

FILE_NAME: Final = "secret.key"
_BYTES: Final = 32


def secret_key(settings: Settings) -> bytes:
    """Give the secret; one that is made here is kept, the same for every later start."""
    if settings.secret_key is not None:
        return settings.secret_key.encode()
    path = settings.data / FILE_NAME
    try:
        return _read(path)
    except FileNotFoundError:
        _make(path)
        return _read(path)
    except OSError as error:
        raise DataDirectoryRefused(f"the key {path} cannot be read: {error.strerror}") from error


def _read(path: Path) -> bytes:
    key = path.read_text().strip().encode()
    if len(key) < _BYTES:
        raise DataDirectoryRefused(f"the key {path} is damaged: it has {len(key)} characters")
    return key


def _make(path: Path) -> None:
    # Whole or not at all, and the first of several processes wins: a link never replaces.
    fresh = path.with_name(f"{FILE_NAME}.{os.getpid()}")
    with suppress(FileNotFoundError):
        fresh.unlink()
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        with suppress(FileExistsError):
            os.link(fresh, path)
    finally:
        fresh.unlink()
    _sync(path.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
