"""Wrong caches of pages."""

import asyncio
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import CachedPage, CacheLook
from instagram_core.memory.feed import InMemoryFeedCache
from instagram_core.testing.contracts.feed import FeedCacheContract
from tests.unit.instagram_core.testing.mutants.harness import Around, Mutants

caches = Mutants(FeedCacheContract, right=lambda case: InMemoryFeedCache(case.clock))


@caches.caught_by("test_the_last_page_stored_wins")
class CacheSharesReaders(Around):
    """Gives everybody the page that was stored last for anybody."""

    everybody = UserId(UUID(int=0))

    async def look(self, _: UserId, page: str) -> CacheLook:
        found: CacheLook = await self.right.look(self.everybody, page)
        return found

    async def put(self, _: UserId, page: str, cached: CachedPage, seconds: float) -> None:
        await self.right.put(self.everybody, page, cached, seconds)


@caches.caught_by("test_an_absent_page_is_none")
class CacheSharesNames(Around):
    """Keeps one page a reader."""

    async def look(self, reader: UserId, _: str) -> CacheLook:
        found: CacheLook = await self.right.look(reader, "page")
        return found

    async def put(self, reader: UserId, _: str, *what: Any) -> None:
        await self.right.put(reader, "page", *what)


@caches.caught_by("test_a_page_expires")
class CacheNeverExpires(Around):
    """Keeps pages for an hour, however short they are to last."""

    async def put(self, reader: UserId, page: str, cached: CachedPage, _: float) -> None:
        await self.right.put(reader, page, cached, 1e9)


@caches.caught_by("test_a_page_lasts_an_hour_at_most")
class CacheForgetsBumpsBeforePages(Around):
    """Keeps what was bumped for a while only."""

    def __init__(self, right: InMemoryFeedCache) -> None:
        super().__init__(right)
        vars(right)["VERSION_SECONDS"] = 60


@caches.caught_by("test_the_last_page_stored_wins")
class CacheKeepsTheFirst(Around):
    """Stores a page only where none is."""

    async def put(self, reader: UserId, page: str, *what: Any) -> None:
        if (await self.right.look(reader, page)).page is None:
            await self.right.put(reader, page, *what)


@caches.caught_by("test_a_page_comes_back_as_it_was")
class CacheLosesTheTop(Around):
    """Takes no top for an empty one."""

    async def put(self, reader: UserId, page: str, cached: CachedPage, seconds: float) -> None:
        basis = attrs.evolve(cached.basis, top=cached.basis.top or None)
        await self.right.put(reader, page, attrs.evolve(cached, basis=basis), seconds)


@caches.caught_by("test_a_bump_makes_pages_void_that_rest_on_it")
class CacheLooksAtSomeNames(Around):
    """Asks for the first thousand names a page rests on."""

    async def put(self, reader: UserId, page: str, cached: CachedPage, seconds: float) -> None:
        some = frozenset(sorted(cached.basis.names)[:1000])
        basis = attrs.evolve(cached.basis, names=some)
        await self.right.put(reader, page, attrs.evolve(cached, basis=basis), seconds)


@caches.caught_by("test_a_page_of_before_the_bump_is_void_when_it_comes")
class CacheDeletesWhatIsBumped(Around):
    """Makes void what is there, and believes whatever comes later."""

    async def put(self, reader: UserId, page: str, cached: CachedPage, seconds: float) -> None:
        now = (await self.right.look(reader, page)).moment
        basis = attrs.evolve(cached.basis, moment=now)
        await self.right.put(reader, page, attrs.evolve(cached, basis=basis), seconds)


@caches.caught_by("test_a_page_of_after_the_bump_holds")
class CacheBumpsForEver(Around):
    """Takes no page that rests on what was bumped once."""

    def __init__(self, right: InMemoryFeedCache) -> None:
        super().__init__(right)
        self.bumped: set[str] = set()

    async def bump(self, names: Iterable[str]) -> None:
        self.bumped.update(names)
        await self.right.bump(self.bumped)

    async def put(self, reader: UserId, page: str, cached: CachedPage, seconds: float) -> None:
        if not self.bumped & cached.basis.names:
            await self.right.put(reader, page, cached, seconds)


@caches.caught_by("test_only_a_bump_makes_a_moment")
class CacheMakesMomentsOfItsOwn(Around):
    """Counts looks, so that whoever asks for the moment changes it."""

    async def look(self, reader: UserId, page: str) -> CacheLook:
        self.right._moment += 1
        found: CacheLook = await self.right.look(reader, page)
        return found


@caches.caught_by("test_moments_never_fall")
class CacheLosesBumps(Around):
    """Reads the moment first and writes it later."""

    async def bump(self, names: Iterable[str]) -> None:
        now = self.right._moment
        await asyncio.sleep(0)
        self.right._moment = now
        await self.right.bump(names)


@caches.caught_by("test_a_page_of_a_lost_store_is_void")
class CacheForgetsThatItWasLost(Around):
    """Holds a page of which it does not know what was bumped since."""

    def __init__(self, right: InMemoryFeedCache) -> None:
        super().__init__(right)
        right._start = 0


@caches.caught_by("test_a_page_of_a_lost_store_is_void")
class CacheCountsFromZero(Around):
    """Begins with small moments again after it was lost."""

    def __init__(self, right: InMemoryFeedCache) -> None:
        super().__init__(right)
        vars(right).update(_start=0, _moment=0, _time=lambda: 0)


@caches.caught_by("test_a_concurrent_bump_is_never_missed")
class CacheBumpsLater(Around):
    """Says that it is done when it has begun."""

    async def bump(self, names: Iterable[str]) -> None:
        self.later = asyncio.create_task(self._bump(names))

    async def _bump(self, names: Iterable[str]) -> None:
        for _ in range(10):
            await asyncio.sleep(0)
        await self.right.bump(names)
