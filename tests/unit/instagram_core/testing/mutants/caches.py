"""Wrong caches of pages."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import CachedPage
from instagram_core.memory.feed import InMemoryFeedCache
from instagram_core.testing.contracts.feed import FeedCacheContract
from tests.unit.instagram_core.testing.mutants.harness import Around, Mutants

caches = Mutants(FeedCacheContract, right=lambda case: InMemoryFeedCache(case.clock))


@caches.caught_by("test_the_last_page_stored_wins")
class CacheSharesReaders(Around):
    """Gives everybody the page that was stored last for anybody."""

    everybody = UserId(UUID(int=0))

    async def get(self, _: UserId, page: str) -> CachedPage | None:
        cached: CachedPage | None = await self.right.get(self.everybody, page)
        return cached

    async def put(self, _: UserId, page: str, cached: CachedPage, seconds: float) -> None:
        await self.right.put(self.everybody, page, cached, seconds)


@caches.caught_by("test_an_absent_page_is_none")
class CacheSharesNames(Around):
    """Keeps one page a reader."""

    async def get(self, reader: UserId, _: str) -> CachedPage | None:
        cached: CachedPage | None = await self.right.get(reader, "page")
        return cached

    async def put(self, reader: UserId, _: str, *what: Any) -> None:
        await self.right.put(reader, "page", *what)


@caches.caught_by("test_a_page_expires")
class CacheNeverExpires(Around):
    """Keeps pages for ever."""

    async def put(self, reader: UserId, page: str, cached: CachedPage, _: float) -> None:
        await self.right.put(reader, page, cached, 1e9)


@caches.caught_by("test_the_last_page_stored_wins")
class CacheKeepsTheFirst(Around):
    """Stores a page only where none is."""

    async def put(self, reader: UserId, page: str, *what: Any) -> None:
        if await self.right.get(reader, page) is None:
            await self.right.put(reader, page, *what)


class _Counts(Around):
    """Keeps versions of its own."""

    def __init__(self, right: InMemoryFeedCache) -> None:
        super().__init__(right)
        self.counts: dict[str, int] = {}

    async def versions(self, names: Iterable[str]) -> Mapping[str, int]:
        return {name: self.counts.get(name, 0) for name in names}


@caches.caught_by("test_a_version_never_comes_back")
class CacheCountsFromZero(_Counts):
    """Begins at one again after it was lost."""

    async def bump(self, names: Iterable[str]) -> None:
        for name in names:
            self.counts[name] = self.counts.get(name, 0) + 1


@caches.caught_by("test_a_version_never_comes_back")
class CacheForgetsThatItWasLost(Around):
    """Gives every name that was not bumped the same version for ever."""

    async def versions(self, names: Iterable[str]) -> Mapping[str, int]:
        found = await self.right.versions(names)
        return {name: found[name] if name in self.right._versions else 0 for name in found}


@caches.caught_by("test_every_name_has_a_version_before_it_is_bumped")
class CacheNamesOnlyTheBumped(Around):
    """Leaves out whom nobody bumped."""

    async def versions(self, names: Iterable[str]) -> Mapping[str, int]:
        found = await self.right.versions(names)
        return {name: found[name] for name in found if name in self.right._versions}


@caches.caught_by("test_a_bump_raises_what_it_names")
class CacheBumpsOnce(_Counts):
    """Marks a name as changed, and cannot mark it again."""

    async def bump(self, names: Iterable[str]) -> None:
        self.counts.update(dict.fromkeys(names, 1))


@caches.caught_by("test_every_concurrent_bump_counts")
class CacheLosesBumps(_Counts):
    """Reads first and writes later."""

    async def bump(self, names: Iterable[str]) -> None:
        for name in names:
            now = self.counts.get(name, 0)
            await asyncio.sleep(0)
            self.counts[name] = now + 1
