"""Wrong places for files."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import attrs

from instagram_core.media.errors import MediaNotFoundError
from instagram_core.media.model import MediaKey, StoredFile
from instagram_core.media.ports import ByteRange
from instagram_core.memory.media import InMemoryMediaStore
from instagram_core.testing.contracts.media import MediaStoreContract
from instagram_core.testing.contracts.media.states import read
from tests.unit.instagram_core.testing.mutants.harness import Around, Mutants

media_stores = Mutants(MediaStoreContract, right=lambda case: InMemoryMediaStore(case.clock))

Data = bytes | AsyncIterator[bytes]


async def pieces(*chunks: bytes) -> AsyncIterator[bytes]:
    """Give chunks."""
    for chunk in chunks:
        yield chunk


@media_stores.caught_by("test_a_stream_that_breaks_leaves_nothing")
class StoreKeepsHalfAnUpload(Around):
    """Writes into place while the bytes come."""

    async def put(self, key: MediaKey, data: Data) -> StoredFile:
        if not isinstance(data, bytes):
            whole = b""
            async for chunk in data:
                whole += chunk
                await self.right.put(key, whole)
            data = whole
        stored: StoredFile = await self.right.put(key, data)
        return stored


@media_stores.caught_by("test_a_put_cancelled_in_its_stream_leaves_nothing")
class StoreMakesRoomFirst(Around):
    """Removes the old file before the new one has come."""

    async def put(self, key: MediaKey, data: Data) -> StoredFile:
        await self.right.delete([key])
        stored: StoredFile = await self.right.put(key, data)
        return stored


@media_stores.caught_by("test_a_cancelled_put_leaves_what_was_there")
class StoreGoesOnBehindOnesBack(Around):
    """Finishes in a thread of its own what was cancelled."""

    async def put(self, key: MediaKey, data: Data) -> StoredFile:
        async def work() -> StoredFile:
            await asyncio.sleep(0)
            stored: StoredFile = await self.right.put(key, data)
            return stored

        self.working = asyncio.create_task(work())
        return await asyncio.shield(self.working)


@media_stores.caught_by("test_cancellation_leaves_the_store_usable")
class StoreSwallowsCancellation(Around):
    """Tells whoever cancelled that all is well."""

    async def put(self, key: MediaKey, data: Data) -> StoredFile:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(0)
        stored: StoredFile = await self.right.put(key, data)
        return stored


@media_stores.caught_by("test_readers_never_see_half_a_file")
class StoreWritesInTwoSteps(Around):
    """Is seen between them."""

    async def put(self, key: MediaKey, data: Data) -> StoredFile:
        if isinstance(data, bytes):
            await self.right.put(key, data[: len(data) // 2])
            await asyncio.sleep(0)
        stored: StoredFile = await self.right.put(key, data)
        return stored


@media_stores.caught_by("test_putting_again_replaces_all_of_it")
class StoreOverwritesInPlace(Around):
    """Leaves the end of a longer file."""

    async def put(self, key: MediaKey, data: Data) -> StoredFile:
        old = b""
        with contextlib.suppress(MediaNotFoundError):
            old = await read(self.right, key)
        if isinstance(data, bytes):
            data += old[len(data) :]
        stored: StoredFile = await self.right.put(key, data)
        return stored


@media_stores.caught_by("test_putting_again_replaces_all_of_it")
class StoreTellsVersionsByLength(Around):
    """Gives bytes of equal number an equal etag."""

    async def put(self, key: MediaKey, data: Data) -> StoredFile:
        stored: StoredFile = await self.right.put(key, data)
        return attrs.evolve(stored, etag=str(stored.length))


@media_stores.caught_by("test_a_file_is_dated_by_its_last_put")
class StoreRemembersTheFirstDate(Around):
    """Dates a file by when it first came."""

    async def put(self, key: MediaKey, data: Data) -> StoredFile:
        before = await self.right.stat(key)
        stored: StoredFile = await self.right.put(key, data)
        return attrs.evolve(stored, modified_at=before.modified_at) if before else stored


@media_stores.caught_by("test_an_absent_file_is_none_or_not_found")
class StoreReadsNothingAsEmpty(Around):
    """Gives an absent file as one without bytes."""

    @asynccontextmanager
    async def read(
        self, key: MediaKey, part: ByteRange | None = None
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        try:
            async with self.right.read(key, part) as chunks:
                yield chunks
        except MediaNotFoundError:
            yield pieces()


@media_stores.caught_by("test_a_part_is_read_exactly")
class StoreEndsPartsEarly(Around):
    """Takes the last byte of a range for the first behind it."""

    @asynccontextmanager
    async def read(
        self, key: MediaKey, part: ByteRange | None = None
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        data = await read(self.right, key)
        yield pieces(data[part.start : part.last] if part else data)


@media_stores.caught_by("test_an_open_file_is_read_as_it_was")
class StoreReadsWhatIsThereNow(Around):
    """Looks the file up again for every chunk."""

    @asynccontextmanager
    async def read(
        self, key: MediaKey, part: ByteRange | None = None
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        await read(self.right, key, part)
        yield self._chunks(key, part)

    async def _chunks(self, key: MediaKey, part: ByteRange | None) -> AsyncIterator[bytes]:
        position = 0
        while chunk := (await read(self.right, key, part))[position : position + 100_000]:
            yield chunk
            position += len(chunk)


@media_stores.caught_by("test_a_large_file_comes_in_pieces")
class StoreReadsAllAtOnce(Around):
    """Holds whole files in memory for slow readers."""

    @asynccontextmanager
    async def read(
        self, key: MediaKey, part: ByteRange | None = None
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        yield pieces(await read(self.right, key, part))


@media_stores.caught_by("test_files_of_one_stem_are_apart")
class StoreDeletesTheWholeStem(Around):
    """Removes the folder of a file with it."""

    async def delete(self, keys: Iterable[MediaKey]) -> None:
        stems = {key.partition("/")[0] for key in keys}
        await self.right.delete(
            [key for key in self.right._files if key.partition("/")[0] in stems]
        )


@media_stores.caught_by("test_deleting_takes_many_and_is_repeatable")
class StoreMissesWhatIsGone(Around):
    """Refuses to delete what is not there."""

    async def delete(self, keys: Iterable[MediaKey]) -> None:
        for key in keys:
            if await self.right.stat(key) is None:
                raise MediaNotFoundError(key)
            await self.right.delete([key])


@media_stores.caught_by("test_a_page_starts_behind_its_key")
class StoreListsItsStartAgain(Around):
    """Takes the key of the last page for the first of the next."""

    async def page(self, after: MediaKey | None, limit: int) -> tuple[StoredFile, ...]:
        following: tuple[StoredFile, ...] = await self.right.page(after, limit)
        here = None if after is None else await self.right.stat(after)
        return (here, *following)[:limit] if here else following


@media_stores.caught_by("test_a_page_starts_behind_its_key")
class StoreCannotStartWhereNothingIs(Around):
    """Loses its place when the last file of a page was deleted."""

    async def page(self, after: MediaKey | None, limit: int) -> tuple[StoredFile, ...]:
        if after is not None and not after.endswith("/") and await self.right.stat(after) is None:
            return ()
        following: tuple[StoredFile, ...] = await self.right.page(after, limit)
        return following


@media_stores.caught_by("test_pages_list_everything_once_in_order")
class StoreListsAsFilesCame(Around):
    """Gives the order of puts for the order of keys."""

    async def page(self, after: MediaKey | None, limit: int) -> tuple[StoredFile, ...]:
        keys = [key for key in self.right._files if after is None or key > after]
        return tuple(self.right._files[key].stored for key in keys[:limit])


@media_stores.caught_by("test_pages_list_everything_once_in_order")
class StoreSortsNamesWithoutTheirStems(Around):
    """Puts a longer stem before a shorter one, as a walk that compares paths as text does."""

    async def page(self, after: MediaKey | None, limit: int) -> tuple[StoredFile, ...]:
        def place(key: str) -> str:
            return key.replace("/", "~")

        keys = sorted(self.right._files, key=place)
        start = "" if after is None else place(after)
        behind = [key for key in keys if place(key) > start or (after and after.endswith("/"))]
        return tuple(self.right._files[key].stored for key in behind[:limit])


@media_stores.caught_by("test_agrees_with_the_reference")
class StoreTakesAnEmptyChunkForTheEnd(Around):
    """Stops reading a stream where a chunk has no bytes."""

    async def put(self, key: MediaKey, data: Data) -> StoredFile:
        stored: StoredFile = await self.right.put(
            key, data if isinstance(data, bytes) else self._first(data)
        )
        return stored

    async def _first(self, data: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        is_over = False
        async for chunk in data:
            is_over = is_over or not chunk
            if not is_over:
                yield chunk
