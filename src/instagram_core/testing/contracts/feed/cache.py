"""The contract of cached pages and of the moments that tell whether they still hold."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import ClassVar

from hypothesis import strategies as st

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import CachedPage, PageBasis
from instagram_core.feed.ports import FeedCache
from instagram_core.memory.feed import InMemoryFeedCache
from instagram_core.testing.capabilities import requires
from instagram_core.testing.machine import Machine, StatefulContract, move


def page(body: bytes, moment: int, *names: str) -> CachedPage:
    """Give a page of a moment that rests on these names."""
    basis = PageBasis(moment=moment, names=frozenset(names), top=None)
    return CachedPage(body=body, basis=basis, made_at=1000)


class CacheMachine(Machine[FeedCache]):
    """Two readers with two pages each, three names, and pages of moments that were long ago."""

    pauses = st.sampled_from([1, 4, 20])
    reader: ClassVar[st.SearchStrategy[int]] = st.integers(0, 1)
    name: ClassVar[st.SearchStrategy[str]] = st.sampled_from(["home", "other"])
    names: ClassVar[st.SearchStrategy[set[int]]] = st.sets(st.integers(0, 2))
    ago: ClassVar[st.SearchStrategy[int]] = st.integers(0, 3)

    async def prepare(self) -> None:
        """Have seen one moment: the numbers of the two sides differ, their order does not."""
        self.moments = [(await self.subject.look(self._reader(0), "none")).moment]

    def _reader(self, number: int) -> UserId:
        return UserId(self.world.id("reader", number))

    def _names(self, numbers: Iterable[int]) -> list[str]:
        return [str(self.world.id("name", number)) for number in sorted(numbers)]

    @move(2, reader=reader, name=name)
    async def look(self, reader: int, name: str) -> object:
        """Read a page; tell which of the moments that were seen it is of, and how time went on."""
        found = await self.subject.look(self._reader(reader), name)
        has_risen = found.moment > self.moments[-1]
        if has_risen:
            self.moments.append(found.moment)
        if found.page is None:
            return has_risen
        basis = found.page.basis
        return has_risen, found.page.body, self.moments.index(basis.moment), basis.names

    @move(2, reader=reader, name=name, ago=ago, names=names, seconds=st.sampled_from([5.5, 30]))
    async def put(self, reader: int, name: str, ago: int, names: set[int], seconds: float) -> None:
        """Store a page of one of the last moments."""
        moment = self.moments[-1 - min(ago, len(self.moments) - 1)]
        stored = page(b"%d" % ago, moment, *self._names(names))
        await self.subject.put(self._reader(reader), name, stored, seconds)

    @move(names=names)
    async def bump(self, names: set[int]) -> object:
        """Make pages void, and see the moment after it."""
        await self.subject.bump(self._names(names))
        return await self.look(0, "home")


class FeedCacheContract(StatefulContract[FeedCache]):
    """What every `FeedCache` does."""

    machine = CacheMachine

    @asynccontextmanager
    async def reference(self) -> AsyncIterator[FeedCache]:
        """Give the in-memory one."""
        yield InMemoryFeedCache(clock=self.clock)

    async def touch(self, subject: FeedCache) -> object:
        """Read what is not there."""
        return await subject.look(self.reader(), "home")

    def reader(self) -> UserId:
        """Give somebody new."""
        return UserId(self.ids.new())

    def name(self) -> str:
        """Give a name that nobody bumped."""
        return str(self.ids.new())

    async def now(self, cache: FeedCache) -> int:
        """Give the present moment."""
        return (await cache.look(self.reader(), "home")).moment

    async def found(self, cache: FeedCache, reader: UserId, name: str = "home") -> bytes | None:
        """Give the body of a page."""
        look = await cache.look(reader, name)
        return None if look.page is None else look.page.body

    async def test_an_absent_page_is_none(self, cache: FeedCache) -> None:
        """Nothing was stored, or under another name, or for somebody else."""
        reader = self.reader()
        await cache.put(reader, "home", page(b"home", await self.now(cache)), 60)
        assert await self.found(cache, reader, "other") is None
        assert await self.found(cache, self.reader()) is None

    async def test_a_page_comes_back_as_it_was(self, cache: FeedCache) -> None:
        """Every part of it, bytes and all."""
        names = frozenset({"reader:é", "a\nb:{}\0", "", *(f"author:{n}" for n in range(600))})
        for top in (None, b"", bytes(range(256))):
            basis = PageBasis(moment=await self.now(cache), names=names, top=top)
            stored = CachedPage(body=bytes(range(256)), basis=basis, made_at=2**44)
            reader = self.reader()
            await cache.put(reader, "home", stored, 60)
            assert stored == (await cache.look(reader, "home")).page

    async def test_the_last_page_stored_wins(self, cache: FeedCache) -> None:
        """Storing replaces, and one reader's page is not another's."""
        first, second = self.reader(), self.reader()
        now = await self.now(cache)
        for reader, body in ((first, b"old"), (second, b"theirs"), (first, b"new")):
            await cache.put(reader, "home", page(body, now), 60)
        assert await self.found(cache, first) == b"new"
        assert await self.found(cache, second) == b"theirs"

    @requires("clock")
    async def test_a_page_expires(self, cache: FeedCache) -> None:
        """After its seconds it is absent; storing again starts them anew."""
        reader, now = self.reader(), await self.now(cache)
        await cache.put(reader, "home", page(b"x", now), 10)
        await self.elapse(9.9)
        assert await self.found(cache, reader) == b"x"
        await cache.put(reader, "home", page(b"y", now), 10)
        await self.elapse(9.9)
        assert await self.found(cache, reader) == b"y"
        await self.elapse(0.2)
        assert await self.found(cache, reader) is None

    @requires("clock")
    async def test_a_page_lasts_an_hour_at_most(self, cache: FeedCache) -> None:
        """And what was bumped is known for as long."""
        reader, other, name = self.reader(), self.reader(), self.name()
        now = await self.now(cache)
        await cache.bump([name])
        await cache.put(reader, "home", page(b"x", now), 1e9)
        await cache.put(other, "home", page(b"void", now, name), 1e9)
        await self.elapse(3590)
        assert await self.found(cache, reader) == b"x"
        assert await self.found(cache, other) is None
        await self.elapse(11)
        assert await self.found(cache, reader) is None

    async def test_a_bump_makes_pages_void_that_rest_on_it(self, cache: FeedCache) -> None:
        """Whatever the place of the name among others; pages that rest on others hold."""
        first, second, third = (self.reader() for _ in range(3))
        names = sorted(self.name() for _ in range(1200))
        now = await self.now(cache)
        await cache.put(first, "home", page(b"1", now, *names), 60)
        await cache.put(second, "home", page(b"2", now, names[-1], ""), 60)
        await cache.put(third, "home", page(b"3", now, self.name()), 60)
        await cache.bump([self.name(), names[-1]])
        assert await self.found(cache, first) is None
        assert await self.found(cache, second) is None
        assert await self.found(cache, third) == b"3"
        await cache.bump([""])
        await cache.put(second, "home", page(b"2", now, ""), 60)
        assert await self.found(cache, second) is None

    async def test_a_page_of_after_the_bump_holds(self, cache: FeedCache) -> None:
        """Until the next one."""
        reader, name = self.reader(), self.name()
        for body in (b"1", b"2", b"3"):
            await cache.bump([name])
            await cache.put(reader, "home", page(body, await self.now(cache), name), 60)
            assert await self.found(cache, reader) == body
        await cache.bump([name])
        assert await self.found(cache, reader) is None

    async def test_a_page_of_before_the_bump_is_void_when_it_comes(self, cache: FeedCache) -> None:
        """What it was read from may be older than what was told."""
        reader, name = self.reader(), self.name()
        before = await self.now(cache)
        await cache.bump([name])
        await cache.put(reader, "home", page(b"old", before, name), 60)
        assert await self.found(cache, reader) is None
        after = await self.now(cache)
        assert before < after
        await cache.put(reader, "home", page(b"new", after, name), 60)
        assert await self.found(cache, reader) == b"new"

    async def test_only_a_bump_makes_a_moment(self, cache: FeedCache) -> None:
        """Looking and storing do not, nor what is bumped while nobody looks: all of it is seen."""
        reader, now = self.reader(), await self.now(cache)
        await cache.put(reader, "home", page(b"x", now, self.name()), 60)
        assert now == await self.now(cache)
        await cache.bump([])
        await cache.bump([self.name(), self.name()])
        found = await cache.look(reader, "home")
        assert found.moment > now
        assert found.page is not None
        assert now == found.page.basis.moment

    async def test_moments_never_fall(self, cache: FeedCache) -> None:
        """Whoever bumps at the same time, and each bump makes one."""
        first = await self.now(cache)

        async def bump() -> int:
            before = await self.now(cache)
            await cache.bump([self.name()])
            after = await self.now(cache)
            assert before < after
            return after

        seen = await asyncio.gather(*(bump() for _ in range(20)))
        assert first + 20 <= max(seen) <= await self.now(cache)

    @requires("reopen")
    async def test_processes_share_pages_and_moments(self, cache: FeedCache) -> None:
        """A page stored by one is found by another, and so is the bump that ends it."""
        reader, name = self.reader(), self.name()
        async with self.reopen() as other:
            now = await self.now(cache)
            assert now == await self.now(other)
            stored = page(b"x", now, name)
            await cache.put(reader, "home", stored, 60)
            assert stored == (await other.look(reader, "home")).page
            await other.bump([name])
            assert await self.found(cache, reader) is None
            assert await self.now(cache) == await self.now(other) > now

    @requires("reopen")
    async def test_moments_never_fall_between_processes(self, cache: FeedCache) -> None:
        """A page that one reads after the other's bump holds, one from before it does not."""
        reader, name = self.reader(), self.name()
        async with self.reopen() as other:
            for ours, theirs in ((cache, other), (other, cache)) * 5:
                before = await self.now(ours)
                bumps = [each.bump([name]) for each in (ours, theirs) * 5]
                await asyncio.gather(*bumps)
                assert before < await self.now(theirs) == await self.now(ours)
                await theirs.put(reader, "home", page(b"old", before, name), 60)
                assert await self.found(ours, reader) is None
                await ours.put(reader, "home", page(b"new", await self.now(ours), name), 60)
                assert await self.found(theirs, reader) == b"new"

    @requires("clock")
    async def test_a_page_of_a_lost_store_is_void(self, cache: FeedCache) -> None:
        """What was bumped before the loss is not known any more; moments go on rising."""
        reader = self.reader()
        await cache.bump([self.name()])
        before = await self.now(cache)
        await self.elapse(1)
        async with self.open() as emptied:
            await emptied.put(reader, "home", page(b"old", before), 60)
            assert await self.found(emptied, reader) is None
            assert before < await self.now(emptied)

    async def test_a_concurrent_bump_is_never_missed(self, cache: FeedCache) -> None:
        """Each of many readers whose page is of before a bump finds it void."""
        pages = [(self.reader(), self.name()) for _ in range(20)]

        async def read(reader: UserId, name: str) -> None:
            before = await self.now(cache)
            await asyncio.gather(
                cache.put(reader, "home", page(b"old", before, name), 60), cache.bump([name])
            )
            assert await self.found(cache, reader) is None

        await asyncio.gather(*(read(*each) for each in pages))
