"""First pages, and the versions that tell whether they still hold."""

from collections.abc import Iterable, Mapping

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import CachedPage
from instagram_core.feed.ports import FeedCache
from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.memory.closing import Closable
from instagram_core.memory.expiring import Expiring


class InMemoryFeedCache(Closable, FeedCache):
    """Keeps pages and versions within one process."""

    def __init__(self, clock: Clock) -> None:
        """Take the time from `clock`."""
        self._clock = clock
        self._pages: Expiring[tuple[UserId, str], CachedPage] = Expiring(clock)
        # Versions follow the time, so that one from before a restart does not come back.
        self._first = self._now()
        self._versions: dict[str, int] = {}

    async def get(self, reader: UserId, page: str) -> CachedPage | None:
        """Give the page stored last under a name."""
        self.check_open()
        return self._pages.get((reader, page))

    async def put(self, reader: UserId, page: str, cached: CachedPage, seconds: float) -> None:
        """Store a page for `seconds`."""
        self.check_open()
        self._pages.put((reader, page), cached, seconds)

    async def versions(self, names: Iterable[str]) -> Mapping[str, int]:
        """Give the version of each name."""
        self.check_open()
        return {name: self._versions.get(name, self._first) for name in names}

    async def bump(self, names: Iterable[str]) -> None:
        """Raise the version of each name."""
        self.check_open()
        now = self._now()
        for name in names:
            self._versions[name] = max(self._versions.get(name, self._first) + 1, now)

    def _now(self) -> int:
        return to_milliseconds(self._clock.now())
