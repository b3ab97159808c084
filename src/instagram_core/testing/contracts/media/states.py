"""Random programs on places for files, and how tests feed and read them."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from hypothesis import strategies as st

from instagram_core.media.errors import MediaNotFoundError
from instagram_core.media.model import MediaKey, media_key
from instagram_core.media.ports import ByteRange, MediaStore
from instagram_core.testing.machine import Machine, move

_PLACES = st.integers(0, 3)
_NAMES = st.sampled_from(["original", "small.webp", "small-2.webp", "small_2.webp"])
_CONTENTS = st.binary(max_size=40)


class BrokenUploadError(Exception):
    """What ends an upload in the middle."""


class MediaStoreMachine(Machine[MediaStore]):
    """Files of four stems, seen by nobody else: pages start at the example's own floor."""

    async def prepare(self) -> None:
        """Take ids that rise: the floor, then the stems."""
        self.floor = media_key(self.world.id("floor").hex, "floor")
        self.stems = [self.world.id("stem", place).hex for place in range(4)]

    @move(place=_PLACES, name=_NAMES, data=_CONTENTS)
    async def put(self, place: int, name: str, data: bytes) -> object:
        """Store all bytes at once; other bytes have another etag."""
        key = self._key(place, name)
        before, old = await self.subject.stat(key), await self._read(key)
        stored = await self.subject.put(key, data)
        tells_apart = before is None or old == data or before.etag != stored.etag
        return stored.key.partition("/")[2], stored.length, tells_apart

    @move(place=_PLACES, name=_NAMES, data=st.lists(_CONTENTS, max_size=3), breaks=st.booleans())
    async def put_chunks(self, place: int, name: str, data: list[bytes], breaks: bool) -> object:  # noqa: FBT001 - drawn
        """Store a stream, which may break at its end."""
        try:
            stored = await self.subject.put(self._key(place, name), stream(data, breaks=breaks))
        except BrokenUploadError:
            return "broken"
        return stored.length

    @move(place=_PLACES, name=_NAMES)
    async def look(self, place: int, name: str) -> object:
        """Ask for length and bytes."""
        key = self._key(place, name)
        found = await self.subject.stat(key)
        return found and found.length, await self._read(key)

    @move(place=_PLACES, name=_NAMES, start=st.integers(0, 39), length=st.integers(1, 40))
    async def look_at_a_part(self, place: int, name: str, start: int, length: int) -> object:
        """Read a range that lies within the file."""
        key = self._key(place, name)
        found = await self.subject.stat(key)
        if found is None or found.length <= start:
            return None
        last = min(start + length, found.length) - 1
        return await read(self.subject, key, ByteRange(start=start, last=last))

    @move(keys=st.lists(st.tuples(_PLACES, _NAMES), max_size=4))
    async def delete(self, keys: list[tuple[int, str]]) -> None:
        """Remove some, absent ones and repeated ones among them."""
        await self.subject.delete([self._key(place, name) for place, name in keys])

    @move(after=st.none() | st.tuples(_PLACES, _NAMES), limit=st.integers(1, 5))
    async def page(self, after: tuple[int, str] | None, limit: int) -> object:
        """List what follows a key, there or not."""
        start = self.floor if after is None else self._key(*after)
        files = await self.subject.page(start, limit)
        return [
            (self.stems.index(file.key.partition("/")[0]), file.key.partition("/")[2], file.length)
            for file in files
        ]

    def _key(self, place: int, name: str) -> MediaKey:
        return media_key(self.stems[place], name)

    async def _read(self, key: MediaKey) -> bytes | None:
        try:
            return await read(self.subject, key)
        except MediaNotFoundError:
            return None


async def read(store: MediaStore, key: MediaKey, part: ByteRange | None = None) -> bytes:
    """Give the bytes of a file; MediaNotFoundError when absent."""
    async with store.read(key, part) as chunks:
        return b"".join([chunk async for chunk in chunks])


async def stream(chunks: Sequence[bytes], *, breaks: bool = False) -> AsyncIterator[bytes]:
    """Give the chunks, and break behind them where that is asked for."""
    for chunk in chunks:
        await asyncio.sleep(0)
        yield chunk
    if breaks:
        raise BrokenUploadError


async def stalled(reached: asyncio.Event) -> AsyncIterator[bytes]:
    """Give one chunk, say that it was taken, and never give another."""
    yield b"x" * 400_000
    reached.set()
    await asyncio.Event().wait()
    yield b"never"
