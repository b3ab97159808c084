"""Errors of the disk become errors of the port, and leave nothing behind."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from instagram_core.kernel.errors import AdapterUnavailable
from instagram_filesystem import FilesystemMediaStore
from instagram_filesystem.errors import REASONS, unavailable
from tests.unit.instagram_filesystem.files import KEY, files, read


def failing(number: int) -> Callable[..., Any]:
    """Give a function of the operating system that fails."""

    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


@pytest.mark.parametrize("number", REASONS, ids=errno.errorcode.get)
def test_every_reason_is_a_sentence_without_paths(number: int) -> None:
    """An operator reads what is wrong; a stranger would learn nothing."""
    refused = unavailable(OSError(number, os.strerror(number), "/srv/media/secret"))

    assert str(refused) == REASONS[number]
    assert "/" not in str(refused)


def test_an_unknown_error_is_unavailable_too() -> None:
    """Nothing of the operating system passes the port."""
    assert isinstance(unavailable(OSError(errno.EDOM, "odd")), AdapterUnavailable)
    assert isinstance(unavailable(OSError("no number")), AdapterUnavailable)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EROFS])
@pytest.mark.parametrize("function", ["write", "fsync", "utime"])
async def test_a_disk_that_fails_keeps_what_it_had(
    root: Path, monkeypatch: pytest.MonkeyPatch, function: str, number: int
) -> None:
    """Reads go on, nothing half is left, and it heals without a restart."""
    async with FilesystemMediaStore.open(root) as store:
        await store.put(KEY, b"old")
        with monkeypatch.context() as broken:
            broken.setattr(os, function, failing(number))
            with pytest.raises(AdapterUnavailable, match=REASONS[number]) as refused:
                await store.put(KEY, b"new")
            assert isinstance(refused.value.__cause__, OSError)
            assert await read(store) == b"old"
        assert list(files(root).values()) == [b"old"]
        await store.put(KEY, b"new")
        assert await read(store) == b"new"


@pytest.mark.parametrize("function", ["pread", "listdir"])
async def test_reading_from_a_failing_disk_is_unavailable(
    root: Path, monkeypatch: pytest.MonkeyPatch, function: str
) -> None:
    """It is not the same as absent."""
    async with FilesystemMediaStore.open(root) as store:
        await store.put(KEY, b"data")
        monkeypatch.setattr(os, function, failing(errno.EIO))
        with pytest.raises(AdapterUnavailable, match="the disk fails"):
            await (read(store) if function == "pread" else store.page(None, 1))
