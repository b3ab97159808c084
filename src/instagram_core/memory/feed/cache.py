"""First pages, and what happened to the people they rest on."""

from collections.abc import Iterable
from typing import ClassVar

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import CachedPage, CacheLook
from instagram_core.feed.ports import FeedCache
from instagram_core.kernel.clock import Clock
from instagram_core.memory.closing import Closable
from instagram_core.memory.expiring import Expiring


class InMemoryFeedCache(Closable, FeedCache):
    """Keeps pages within one process. Moments are the number of changes so far."""

    LONGEST_SECONDS: ClassVar[int] = 3600
    """A change is remembered for as long as any page that it could make void."""

    def __init__(self, clock: Clock) -> None:
        """Take the time from `clock`."""
        self._pages: Expiring[tuple[UserId, str], CachedPage] = Expiring(clock)
        self._moment = 0
        self._bumped: Expiring[str, int] = Expiring(clock)

    async def look(self, reader: UserId, page: str) -> CacheLook:
        """Give the page stored last under a name, if it still holds."""
        self.check_open()
        kept = self._pages.get((reader, page))
        if kept is not None and not self._holds(kept):
            kept = None
        return CacheLook(page=kept, moment=self._moment)

    async def put(self, reader: UserId, page: str, cached: CachedPage, seconds: float) -> None:
        """Store a page for `seconds`."""
        self.check_open()
        self._pages.put((reader, page), cached, min(seconds, self.LONGEST_SECONDS))

    async def bump(self, names: Iterable[str]) -> None:
        """Make pages that rest on these names void."""
        self.check_open()
        self._moment += 1
        for name in names:
            self._bumped.put(name, self._moment, self.LONGEST_SECONDS)

    def _holds(self, kept: CachedPage) -> bool:
        since = kept.basis.moment
        return all((self._bumped.get(name) or 0) <= since for name in kept.basis.names)
