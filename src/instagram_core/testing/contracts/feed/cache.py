"""The contract of cached pages and the versions that tell whether they still hold."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import ClassVar

from hypothesis import strategies as st

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import CachedPage
from instagram_core.feed.ports import FeedCache
from instagram_core.kernel.paging import Position
from instagram_core.memory.feed import InMemoryFeedCache
from instagram_core.testing.capabilities import requires
from instagram_core.testing.machine import Machine, StatefulContract, move


def page(body: bytes, made_at: int = 1000) -> CachedPage:
    """Give a cached page that depends on nothing."""
    return CachedPage(body=body, newest=None, versions=(), made_at=made_at)


class CacheMachine(Machine[FeedCache]):
    """Two readers with two pages each, and three names that are bumped."""

    pauses = st.sampled_from([1, 4, 20])
    reader: ClassVar[st.SearchStrategy[int]] = st.integers(0, 1)
    name: ClassVar[st.SearchStrategy[str]] = st.sampled_from(["home", "other"])
    bumped: ClassVar[st.SearchStrategy[set[int]]] = st.sets(st.integers(0, 2), min_size=1)

    async def prepare(self) -> None:
        """Have seen no version yet."""
        self.seen: dict[str, int] = {}

    def _reader(self, number: int) -> UserId:
        return UserId(self.world.id("reader", number))

    def _names(self, numbers: Iterable[int]) -> list[str]:
        return [str(self.world.id("name", number)) for number in sorted(numbers)]

    @move(reader=reader, name=name)
    async def get(self, reader: int, name: str) -> object:
        """Read a page."""
        return await self.subject.get(self._reader(reader), name)

    @move(reader=reader, name=name, body=st.binary(max_size=2), seconds=st.sampled_from([5.5, 30]))
    async def put(self, reader: int, name: str, body: bytes, seconds: float) -> None:
        """Store a page."""
        await self.subject.put(self._reader(reader), name, page(body), seconds)

    @move(names=bumped)
    async def bump(self, names: set[int]) -> None:
        """Raise versions."""
        await self.subject.bump(self._names(names))

    @move(names=bumped)
    async def versions(self, names: set[int]) -> object:
        """Tell which versions moved since they were seen last: the numbers themselves differ."""
        found = await self.subject.versions(self._names(names))
        told = {name: name in self.seen and self.seen[name] < found[name] for name in found}
        self.seen.update(found)
        return told


class FeedCacheContract(StatefulContract[FeedCache]):
    """What every `FeedCache` does."""

    machine = CacheMachine

    @asynccontextmanager
    async def reference(self) -> AsyncIterator[FeedCache]:
        """Give the in-memory one."""
        yield InMemoryFeedCache(clock=self.clock)

    async def touch(self, subject: FeedCache) -> object:
        """Read what is not there."""
        return await subject.get(self.reader(), "home")

    def reader(self) -> UserId:
        """Give somebody new."""
        return UserId(self.ids.new())

    async def test_an_absent_page_is_none(self, cache: FeedCache) -> None:
        """Nothing was stored, or under another name."""
        reader = self.reader()
        await cache.put(reader, "home", page(b"home"), 60)
        assert await cache.get(reader, "other") is None
        assert await cache.get(self.reader(), "home") is None

    async def test_a_page_comes_back_as_it_was(self, cache: FeedCache) -> None:
        """Every part of it, bytes and all."""
        stored = CachedPage(
            body=bytes(range(256)),
            newest=Position(2**45, self.ids.new()),
            versions=(("reader:é", 3), ("author", 2**52)),
            made_at=2**44,
        )
        reader = self.reader()
        await cache.put(reader, "home", stored, 60)
        assert stored == await cache.get(reader, "home")

    async def test_the_last_page_stored_wins(self, cache: FeedCache) -> None:
        """Storing replaces, and one reader's page is not another's."""
        first, second = self.reader(), self.reader()
        for reader, body in ((first, b"old"), (second, b"theirs"), (first, b"new")):
            await cache.put(reader, "home", page(body), 60)
        assert page(b"new") == await cache.get(first, "home")
        assert page(b"theirs") == await cache.get(second, "home")

    @requires("clock")
    async def test_a_page_expires(self, cache: FeedCache) -> None:
        """After its seconds it is absent; storing again starts them anew."""
        reader = self.reader()
        await cache.put(reader, "home", page(b"x"), 10)
        await self.elapse(9.9)
        assert await cache.get(reader, "home") is not None
        await cache.put(reader, "home", page(b"y"), 10)
        await self.elapse(9.9)
        assert page(b"y") == await cache.get(reader, "home")
        await self.elapse(0.2)
        assert await cache.get(reader, "home") is None

    async def test_every_name_has_a_version_before_it_is_bumped(self, cache: FeedCache) -> None:
        """The same one whenever it is asked for."""
        names = [str(self.ids.new()) for _ in range(3)]
        first = dict(await cache.versions(names))
        await cache.bump([str(self.ids.new())])
        assert first == dict(await cache.versions(names))
        assert set(names) == set(first)

    async def test_a_bump_raises_what_it_names(self, cache: FeedCache) -> None:
        """And nothing else."""
        names = [str(self.ids.new()) for _ in range(3)]
        unnamed = (await cache.versions(names))[names[2]]
        for bumped in (names[:2], names[1:2]):
            before = await cache.versions(names)
            await cache.bump(bumped)
            after = await cache.versions(names)
            moved = [name for name in names if before[name] < after[name]]
            assert bumped == moved
        assert unnamed == (await cache.versions(names))[names[2]]

    @requires("reopen")
    async def test_processes_share_pages_and_versions(self, cache: FeedCache) -> None:
        """A page stored by one is found by another, and so is the bump that ends it."""
        reader, name = self.reader(), str(self.ids.new())
        async with self.reopen() as other:
            await cache.put(reader, "home", page(b"x"), 60)
            assert page(b"x") == await other.get(reader, "home")
            before = dict(await cache.versions([name]))
            assert before == dict(await other.versions([name]))
            await other.bump([name])
            assert before[name] < (await cache.versions([name]))[name]

    async def test_every_concurrent_bump_counts(self, cache: FeedCache) -> None:
        """A page read between two bumps holds after neither."""
        name = str(self.ids.new())

        async def bump() -> int:
            await cache.bump([name])
            return (await cache.versions([name]))[name]

        first = (await cache.versions([name]))[name]
        seen = await asyncio.gather(*(bump() for _ in range(20)))
        assert max(seen) >= first + 20, "bumps were lost"
        assert min(seen) > first

    @requires("clock")
    async def test_a_version_never_comes_back(self, cache: FeedCache) -> None:
        """A lost store starts with versions that the old one never gave, bumped or not."""
        name = str(self.ids.new())
        old = {(await cache.versions([name]))[name]}
        for _ in range(3):
            await cache.bump([name])
            old.add((await cache.versions([name]))[name])
        await self.elapse(1)
        async with self.open() as emptied:
            for _ in range(4):
                assert (await emptied.versions([name]))[name] not in old
                await emptied.bump([name])
