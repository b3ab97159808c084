"""A cancelled put has changed nothing, wherever it was."""

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from instagram_filesystem import FilesystemMediaStore
from instagram_filesystem.folder import Folder
from tests.unit.instagram_filesystem.files import KEY, files, read

Gate = tuple[threading.Event, threading.Event]


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Gate]:
    """Give what makes the next put stop behind its rename, before its names are flushed."""
    gates = list[Gate]()
    real = Folder.sync

    def sync(folder: Folder, path: Path) -> None:
        if gates:
            reached, released = gates.pop()
            reached.set()
            assert released.wait(20)
        real(folder, path)

    monkeypatch.setattr(Folder, "sync", sync)

    def close() -> Gate:
        gates.append((threading.Event(), threading.Event()))
        return gates[-1]

    return close


@asynccontextmanager
async def stopped_put(
    store: FilesystemMediaStore, gate: Gate
) -> AsyncIterator[asyncio.Task[object]]:
    """Give a put that has been renamed and is not told yet; go on at the end of the block."""
    reached, released = gate
    call: asyncio.Task[object] = asyncio.create_task(store.put(KEY, b"new"))
    await asyncio.to_thread(reached.wait, 20)
    try:
        yield call
    finally:
        released.set()
    await asyncio.wait([call])


@pytest.mark.parametrize("times", [1, 3])
async def test_a_published_file_is_taken_back(
    root: Path, gate: Callable[[], Gate], times: int
) -> None:
    """Whoever cancels is told that nothing is there, and nothing is; twice is as once."""
    async with FilesystemMediaStore.open(root) as store:
        async with stopped_put(store, gate()) as call:
            assert await read(store) == b"new"
            for _ in range(times):
                call.cancel()
                await asyncio.sleep(0)
        assert call.cancelled()
        assert await store.stat(KEY) is None

    assert files(root) == {}


async def test_a_replaced_file_is_put_back(root: Path, gate: Callable[[], Gate]) -> None:
    """With its etag and its time."""
    async with FilesystemMediaStore.open(root) as store:
        before = await store.put(KEY, b"old")
        async with stopped_put(store, gate()) as call:
            call.cancel()
        assert call.cancelled()
        assert before == await store.stat(KEY)
        assert await read(store) == b"old"

    assert list(files(root).values()) == [b"old"]


async def test_a_later_put_is_not_taken_back(root: Path, gate: Callable[[], Gate]) -> None:
    """It was acknowledged, and has nothing to do with the one that is cancelled."""
    async with FilesystemMediaStore.open(root) as store:
        await store.put(KEY, b"old")
        async with stopped_put(store, gate()) as call:
            await store.put(KEY, b"later")
            call.cancel()
        assert call.cancelled()
        assert await read(store) == b"later"

    assert list(files(root).values()) == [b"later"]


async def test_a_deleted_file_does_not_come_back(root: Path, gate: Callable[[], Gate]) -> None:
    """Somebody deleted it before the put was cancelled."""
    async with FilesystemMediaStore.open(root) as store:
        await store.put(KEY, b"old")
        async with stopped_put(store, gate()) as call:
            await store.delete([KEY])
            call.cancel()
        assert call.cancelled()
        assert await store.stat(KEY) is None

    assert files(root) == {}


async def test_a_disk_without_hard_links_works(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There a file that has been renamed stays, because the old one is gone."""

    def refuse(*_: object) -> None:
        raise PermissionError(1, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    async with FilesystemMediaStore.open(root) as store:
        for data in (b"one", b"two"):
            await store.put(KEY, data)
        assert await read(store) == b"two"

    assert list(files(root).values()) == [b"two"]
