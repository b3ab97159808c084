"""First pages, and what happened to the people they rest on."""

from collections.abc import Iterable
from typing import ClassVar

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import CachedPage, CacheLook
from instagram_core.feed.ports import FeedCache
from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.memory.closing import Closable
from instagram_core.memory.expiring import Expiring


class InMemoryFeedCache(Closable, FeedCache):
    """Keeps pages within one process.

    Moments are microseconds of the clock, and one more at least with each bump: an empty cache
    begins above all those of one that was lost.
    """

    LONGEST_PAGE_SECONDS: ClassVar[int] = 3600
    VERSION_SECONDS: ClassVar[int] = 2 * LONGEST_PAGE_SECONDS
    """A bump is remembered for longer than any page that it could make void."""

    def __init__(self, clock: Clock) -> None:
        """Take the time from `clock`."""
        self._clock = clock
        self._pages: Expiring[tuple[UserId, str], CachedPage] = Expiring(clock)
        self._bumped: Expiring[str, int] = Expiring(clock)
        self._start = self._moment = self._time()

    async def look(self, reader: UserId, page: str) -> CacheLook:
        """Give the page stored last under a name, if it still holds, and the present moment."""
        self.check_open()
        kept = self._pages.get((reader, page))
        if kept is not None and not self._holds(kept):
            kept = None
        return CacheLook(page=kept, moment=self._moment)

    async def put(self, reader: UserId, page: str, cached: CachedPage, seconds: float) -> None:
        """Store a page for `seconds`."""
        self.check_open()
        self._pages.put((reader, page), cached, min(seconds, self.LONGEST_PAGE_SECONDS))

    async def bump(self, names: Iterable[str]) -> None:
        """Begin a new moment, and make pages of earlier ones void that rest on these names."""
        self.check_open()
        self._moment = max(self._moment + 1, self._time())
        for name in names:
            self._bumped.put(name, self._moment, self.VERSION_SECONDS)

    def _holds(self, kept: CachedPage) -> bool:
        since = kept.basis.moment
        return since >= self._start and all(
            (self._bumped.get(name) or 0) <= since for name in kept.basis.names
        )

    def _time(self) -> int:
        return to_milliseconds(self._clock.now()) * 1000
