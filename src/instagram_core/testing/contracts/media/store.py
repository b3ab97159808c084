"""The contract of places for files: whole or not at all, for everybody, at every moment."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import attrs
import pytest

from instagram_core.kernel.clock import to_milliseconds
from instagram_core.media.errors import MediaNotFoundError
from instagram_core.media.model import MediaKey, StoredFile, media_key
from instagram_core.media.ports import ByteRange, MediaStore
from instagram_core.memory.media import InMemoryMediaStore
from instagram_core.testing.capabilities import requires
from instagram_core.testing.contracts.media.states import (
    BrokenUploadError,
    MediaStoreMachine,
    read,
    stalled,
    stream,
)
from instagram_core.testing.machine import StatefulContract

_SECONDS_APART = 2
_PARTS = [(0, 0), (0, 9), (699_999, 699_999), (262_143, 262_144), (5, 600_000), (0, 699_999)]


class MediaStoreContract(StatefulContract[MediaStore]):
    """What every `MediaStore` does."""

    machine = MediaStoreMachine

    @asynccontextmanager
    async def reference(self) -> AsyncIterator[MediaStore]:
        """Give the one in memory."""
        yield InMemoryMediaStore(self.clock)

    async def touch(self, subject: MediaStore) -> object:
        """Store a small file."""
        return await subject.put(media_key("touched000000000", "touch"), b"touched")

    def key(self, name: str = "original") -> MediaKey:
        """Give a key that nobody used."""
        return media_key(self.ids.new().hex, name)

    async def test_a_file_is_read_as_it_was_put(self, store: MediaStore) -> None:
        """Bytes, length and key come back; so does a file of no bytes."""
        for data in (b"\x00\xff\r\n\x1a" * 7, b""):
            key = self.key()
            stored = await store.put(key, data)
            assert (key, len(data)) == (stored.key, stored.length)
            assert _is_told(stored, await store.stat(key))
            assert data == await read(store, key)

    async def test_an_absent_file_is_none_or_not_found(self, store: MediaStore) -> None:
        """Asking gives None, reading says so on entering, deleting passes over it."""
        key = self.key()
        assert await store.stat(key) is None
        with pytest.raises(MediaNotFoundError):
            await read(store, key)
        await store.delete([key])

    async def test_a_stream_is_stored_whole(self, store: MediaStore) -> None:
        """Chunks of any size, empty ones among them, are one file."""
        chunks = [b"a" * 300_000, b"", b"b", b"c" * 70_000]
        stored = await store.put(key := self.key(), stream(chunks))
        assert sum(map(len, chunks)) == stored.length
        assert b"".join(chunks) == await read(store, key)

    async def test_putting_again_replaces_all_of_it(self, store: MediaStore) -> None:
        """Nothing of a longer file is left, and the etag is another, at equal length too."""
        key = self.key()
        etags = [(await store.put(key, data)).etag for data in (b"first, and long", b"new", b"old")]
        assert await read(store, key) == b"old"
        assert len(set(etags)) == 3, "bytes changed and the etag did not"

    async def test_putting_the_same_twice_is_fine(self, store: MediaStore) -> None:
        """The file is there once."""
        key = self.key()
        for _ in range(2):
            await store.put(key, b"same")
        assert [key] == [file.key for file in await self._following(store, key)]

    async def test_a_stream_that_breaks_leaves_nothing(self, store: MediaStore) -> None:
        """Neither a new file nor a change of what was there."""
        fresh, kept = self.key(), self.key()
        await store.put(kept, b"kept")
        for key in (fresh, kept):
            with pytest.raises(BrokenUploadError):
                await store.put(key, stream([b"half", b"x" * 400_000], breaks=True))
        assert await store.stat(fresh) is None
        assert await read(store, kept) == b"kept"
        assert [kept] == [file.key for file in await self._following(store, fresh)]

    async def test_a_put_cancelled_in_its_stream_leaves_nothing(self, store: MediaStore) -> None:
        """However much had come."""
        fresh, kept = self.key(), self.key()
        await store.put(kept, b"kept")
        for key in (fresh, kept):
            reached = asyncio.Event()
            call = asyncio.create_task(store.put(key, stalled(reached)))
            await reached.wait()
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
        assert await store.stat(fresh) is None
        assert await read(store, kept) == b"kept"

    async def test_a_cancelled_put_leaves_what_was_there(self, store: MediaStore) -> None:
        """At whatever moment it comes: a call that ends cancelled has changed nothing."""
        for pause in (*itertools.repeat(0, 8), *(step / 4000 for step in range(16))):
            fresh, kept = self.key(), self.key()
            await store.put(kept, b"kept")
            calls = [asyncio.create_task(store.put(key, b"new" * 9000)) for key in (fresh, kept)]
            await asyncio.sleep(pause)
            for call in calls:
                call.cancel()
            await asyncio.wait(calls)
            was_cancelled = [call.cancelled() for call in calls]
            found = [await self._read_or_none(store, key) for key in (fresh, kept)]
            expected = [None, b"kept"]
            wanted = [
                old if cancelled else b"new" * 9000
                for old, cancelled in zip(expected, was_cancelled, strict=True)
            ]
            assert wanted == found, f"cancelled after {pause} s: {was_cancelled}"

    async def test_files_of_one_stem_are_apart(self, store: MediaStore) -> None:
        """Each name has its bytes, and goes alone."""
        stem = self.ids.new().hex
        names = ["original", "small.webp", "small.jpeg", "small-webp", "small_webp"]
        for name in names:
            await store.put(media_key(stem, name), name.encode())
        await store.delete([media_key(stem, "small.webp")])
        found = [await self._read_or_none(store, media_key(stem, name)) for name in names]
        assert found == [b"original", None, b"small.jpeg", b"small-webp", b"small_webp"]

    async def test_deleting_takes_many_and_is_repeatable(self, store: MediaStore) -> None:
        """Present, absent and named twice; others stay."""
        gone, other = [self.key() for _ in range(3)], self.key()
        for key in (*gone[:2], other):
            await store.put(key, b"data")
        for _ in range(2):
            await store.delete(iter([*gone, gone[0]]))
        assert [await store.stat(key) for key in gone] == [None] * 3
        assert await read(store, other) == b"data"
        await store.delete([])

    async def test_a_deleted_file_can_be_put_again(self, store: MediaStore) -> None:
        """Its place is free."""
        key = self.key()
        for data in (b"one", b"two"):
            await store.put(key, data)
            await store.delete([key])
            assert await store.stat(key) is None
        await store.put(key, b"three")
        assert await read(store, key) == b"three"

    async def test_a_part_is_read_exactly(self, store: MediaStore) -> None:
        """Both ends are within, across chunks too."""
        data = bytes(range(250)) * 2800
        await store.put(key := self.key(), data)
        for start, last in _PARTS:
            part = ByteRange(start=start, last=last)
            found = await read(store, key, part)
            assert part.length == len(found), part
            assert data[start : last + 1] == found, part

    async def test_a_large_file_comes_in_pieces(self, store: MediaStore) -> None:
        """No chunk is so large that many readers would fill the memory, and none is empty."""
        await store.put(key := self.key(), bytes(3_000_000))
        async with store.read(key) as chunks:
            lengths = [len(chunk) async for chunk in chunks]
        assert sum(lengths) == 3_000_000
        assert 0 < min(lengths) <= max(lengths) <= 1024 * 1024

    async def test_an_open_file_is_read_as_it_was(self, store: MediaStore) -> None:
        """Replaced or deleted meanwhile, its reader gets the old bytes to the end."""
        old, key = b"old" * 300_000, self.key()
        for is_deleted in (False, True):
            await store.put(key, old)
            async with store.read(key) as chunks:
                first = await anext(chunks)
                await (store.delete([key]) if is_deleted else store.put(key, b"new" * 300_000))
                rest = [chunk async for chunk in chunks]
            assert old == first + b"".join(rest)

    async def test_a_reader_may_leave_early(self, store: MediaStore) -> None:
        """After the first chunk, before it, or by an error of its own."""
        await store.put(key := self.key(), b"data" * 300_000)
        for _ in range(30):
            async with store.read(key):
                pass
            with pytest.raises(BrokenUploadError):
                async with store.read(key) as chunks:
                    await anext(chunks)
                    raise BrokenUploadError
        assert await store.stat(key) is not None

    async def test_readers_never_see_half_a_file(self, store: MediaStore) -> None:
        """While it is replaced again and again, each reads one version whole."""
        versions = [bytes([number]) * 200_000 for number in range(4)]
        await store.put(key := self.key(), versions[0])
        writing = asyncio.create_task(self._replace(store, key, versions))
        seen = list[bytes]()
        while not writing.done():
            seen.append(await read(store, key))
            await asyncio.sleep(0)
        await writing
        halves = [len(data) for data in seen if data not in versions]
        assert halves == []

    async def test_concurrent_puts_leave_one_of_them(self, store: MediaStore) -> None:
        """Never a mixture, also when they share their stem with others."""
        stem = self.ids.new().hex
        keys = [media_key(stem, f"name{number}") for number in range(4)]
        versions = [bytes([number]) * 100_000 for number in range(3)]
        await asyncio.gather(*(store.put(key, data) for key in keys for data in versions))
        assert all([await read(store, key) in versions for key in keys])

    async def test_pages_list_everything_once_in_order(self, store: MediaStore) -> None:
        """Ascending by the bytes of the key, over stems of different lengths."""
        stem = self.ids.new().hex
        stems = [stem, stem + "0", stem + "z0", self.ids.new().hex]
        names = ["a", "a-b", "a.b", "a0", "a_b", "ab", "z"]
        keys = sorted(media_key(stem, name) for stem in stems for name in names)
        for key in reversed(keys):
            await store.put(key, key.encode())
        for limit in (1, 3, 100):
            pages = [page async for page in _pages(store, _floor(keys[0]), limit)]
            found = [(file.key, file.length) for page in pages for file in page]
            assert [(key, len(key)) for key in keys] == found
            assert max(map(len, pages)) <= limit

    async def test_a_page_starts_behind_its_key(self, store: MediaStore) -> None:
        """Exclusive, and the key need not be there."""
        keys = sorted(self.key() for _ in range(4))
        for key in keys:
            await store.put(key, b"data")
        assert keys[2:] == [file.key for file in await store.page(keys[1], 2)]
        await store.delete([keys[1]])
        assert keys[2:] == [file.key for file in await store.page(keys[1], 2)]
        assert await store.page(keys[-1], 5) == ()

    async def test_a_page_may_start_at_the_beginning(self, store: MediaStore) -> None:
        """None stands before every key."""
        await store.put(key := media_key("0" * 16, "first"), b"data")
        assert [key] == [file.key for file in await store.page(None, 1)]

    async def test_a_page_tells_what_stat_tells(self, store: MediaStore) -> None:
        """Length, time and etag."""
        key = self.key()
        await store.put(key, b"data")
        assert [await store.stat(key)] == list(await self._following(store, key))

    @requires("clock")
    async def test_a_file_is_dated_by_its_last_put(self, store: MediaStore) -> None:
        """To the millisecond; reading changes nothing."""
        key = self.key()
        for _ in range(2):
            stored = await store.put(key, b"data")
            expected = to_milliseconds(self.clock.now())
            assert expected == stored.modified_at
            await self.elapse(90.123)
            await read(store, key)
            assert stored == await store.stat(key)

    @requires("reopen")
    async def test_another_handle_sees_the_same_files(self, store: MediaStore) -> None:
        """As another process does, or this one after it was started again."""
        key = self.key()
        stored = await store.put(key, b"data")
        async with self.reopen() as other:
            assert _is_told(stored, await other.stat(key))
            assert await read(other, key) == b"data"
            await other.put(key, b"changed")
        assert await read(store, key) == b"changed"

    async def _following(self, store: MediaStore, key: MediaKey) -> Sequence[StoredFile]:
        """List from a key on, itself included."""
        return await store.page(_floor(key), 10)

    async def _read_or_none(self, store: MediaStore, key: MediaKey) -> bytes | None:
        try:
            return await read(store, key)
        except MediaNotFoundError:
            return None

    async def _replace(self, store: MediaStore, key: MediaKey, versions: list[bytes]) -> None:
        for data in versions * 3:
            await store.put(key, data)


def _is_told(put: StoredFile, found: StoredFile | None) -> bool:
    """Tell whether a store says of a file what it said when it was put: its time, roughly."""
    if found is None or abs(put.modified_at - found.modified_at) > _SECONDS_APART * 1000:
        return False
    return attrs.evolve(put, modified_at=found.modified_at) == found


def _floor(key: MediaKey) -> MediaKey:
    """Give a key just before `key`: no name is shorter than that of its stem alone."""
    return MediaKey(key.partition("/")[0] + "/")


async def _pages(
    store: MediaStore, after: MediaKey, limit: int
) -> AsyncIterator[tuple[StoredFile, ...]]:
    while page := await store.page(after, limit):
        yield page
        after = page[-1].key
