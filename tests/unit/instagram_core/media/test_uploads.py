"""Taking in files: all of a request's files stay, or none."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from instagram_core.kernel.errors import AdapterUnavailable, ConflictError
from instagram_core.media.errors import MediaTooLargeError, UnsupportedMediaError
from instagram_core.media.model import MediaKey
from instagram_core.media.service import UploadBatch, Uploads
from instagram_core.memory.media import InMemoryMediaStore
from tests.unit.instagram_core.world import PICTURE, World, chunks


@pytest.fixture
def uploads(world: World) -> Uploads:
    """Give the use case; files have at most 100 bytes."""
    return world.services.media.uploads


async def take(
    batch: UploadBatch,
    *files: bytes,
    is_kept: bool = False,
    error: BaseException | None = None,
) -> None:
    """Take files in, keep them if told to, and leave by `error` if there is one."""
    async with batch:
        for data in files:
            await batch.accept(chunks(data))
        if is_kept:
            batch.keep()
        if error is not None:
            raise error


async def test_a_kept_file_stays_as_a_private_original(world: World, uploads: Uploads) -> None:
    """Under a key that nobody chose, with what is known of it."""
    async with uploads.batch() as batch:
        upload = await batch.accept(chunks(PICTURE, b" of", b" a cat"))
        batch.keep()

    data = PICTURE + b" of a cat"
    assert await world.file_keys() == [upload.original.key]
    assert upload.digest == hashlib.sha256(data).digest()
    assert (upload.original.info.width, upload.original.info.height) == (640, 480)
    async with world.files.read(upload.original.key) as read:
        assert b"".join([chunk async for chunk in read]) == data


@pytest.mark.parametrize("data", [PICTURE, PICTURE + b"x" * 200])
async def test_a_file_given_whole_is_taken_as_one_in_chunks(uploads: Uploads, data: bytes) -> None:
    """The same digest, the same bound."""
    given: list[object] = []
    for file in (data, chunks(data[:9], data[9:])):
        try:
            async with uploads.batch() as batch:
                given.append((await batch.accept(file)).digest)
        except MediaTooLargeError as error:
            given.append(error.code)

    assert given[0] == given[1]
    assert (given[0] == "too_large") == (len(data) > uploads.most_bytes)


async def test_equal_files_lie_apart(world: World, uploads: Uploads) -> None:
    """Keys tell nothing about bytes: nobody learns whether somebody else has the same file."""
    async with uploads.batch() as batch:
        one, other = await batch.accept(chunks(PICTURE)), await batch.accept(chunks(PICTURE))
        batch.keep()

    assert one.digest == other.digest
    assert one.original.stem != other.original.stem
    assert len(await world.file_keys()) == 2


async def test_leaving_without_keeping_leaves_nothing(world: World, uploads: Uploads) -> None:
    """As a replayed request does: its first run has the files."""
    await take(uploads.batch(), PICTURE, PICTURE)

    assert await world.file_keys() == []


async def test_one_bad_file_refuses_all_and_leaves_nothing(world: World, uploads: Uploads) -> None:
    """The good ones before it go too."""
    with pytest.raises(UnsupportedMediaError):
        await take(uploads.batch(), PICTURE, b"text")

    assert await world.file_keys() == []


async def test_a_refusal_after_the_upload_leaves_nothing(world: World, uploads: Uploads) -> None:
    """Any rule may refuse what the files were for."""
    with pytest.raises(ConflictError):
        await take(uploads.batch(), PICTURE, error=ConflictError())

    assert await world.file_keys() == []


async def test_kept_files_stay_whatever_comes_after(world: World, uploads: Uploads) -> None:
    """Rows refer to them: a refusal later in the block does not take them away."""
    with pytest.raises(ConflictError):
        await take(uploads.batch(), PICTURE, is_kept=True, error=ConflictError())

    assert len(await world.file_keys()) == 1


@pytest.mark.parametrize("error", [AdapterUnavailable(), RuntimeError(), asyncio.CancelledError()])
async def test_files_of_an_unknown_outcome_stay_for_the_sweep(
    world: World, uploads: Uploads, error: BaseException
) -> None:
    """The row may be there: a lost answer must not cost a published post its pictures."""
    with pytest.raises(type(error)):
        await take(uploads.batch(), PICTURE, error=error)

    assert len(await world.file_keys()) == 1
    world.clock.advance(24 * 3600 + 1)
    assert await world.services.media.sweeping.sweep() == 1
    assert await world.file_keys() == []


@pytest.mark.parametrize("length", [100, 101])
async def test_the_bound_on_bytes_is_inclusive(world: World, uploads: Uploads, length: int) -> None:
    """As many bytes as allowed are allowed, one more is too many."""
    data = PICTURE.ljust(length, b".")

    with suppress(MediaTooLargeError):
        await take(uploads.batch(), data, is_kept=True)

    assert len(await world.file_keys()) == (length <= 100)


async def test_a_file_that_is_too_large_is_not_read_to_its_end(uploads: Uploads) -> None:
    """An endless body is refused as soon as it is over the bound."""
    given = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal given
        while True:
            given += 1
            yield b"x" * 30

    with pytest.raises(MediaTooLargeError):
        async with uploads.batch() as batch:
            await batch.accept(endless())

    assert given == 4


class BrokenStore(InMemoryMediaStore):
    """Takes files, and is away when they are to be removed."""

    async def delete(self, keys: object) -> None:
        """Fail."""
        raise AdapterUnavailable


async def test_a_refusal_is_told_also_when_the_store_is_away_by_then(world: World) -> None:
    """A file of the wrong kind stays one; the sweep removes what could not be removed."""
    broken = UploadBatch(store=BrokenStore(world.clock), images=world.images, most_bytes=100)

    with pytest.raises(UnsupportedMediaError):
        await take(broken, PICTURE, b"text")


class FullStore(InMemoryMediaStore):
    """Has room for one file."""

    async def put(self, key: MediaKey, data: bytes | AsyncIterator[bytes]) -> object:  # type: ignore[override]
        """Store the first file."""
        if await self.page(None, 1):
            raise AdapterUnavailable
        return await super().put(key, data)


async def test_a_store_that_is_full_is_unavailable_not_a_refusal(world: World) -> None:
    """The upload can be tried again; what was stored is left to the sweep."""
    store = FullStore(world.clock)

    with pytest.raises(AdapterUnavailable):
        await take(UploadBatch(store=store, images=world.images, most_bytes=100), PICTURE, PICTURE)

    assert len(await store.page(None, 10)) == 1
