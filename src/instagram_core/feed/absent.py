"""Where nothing is kept beside the truth, and where nobody counts."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NoReturn

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import (
    CachedPage,
    CacheLook,
    FeedEntry,
    HomeSnapshot,
    RebuildToken,
    TimelineWindow,
)
from instagram_core.feed.ports import AuthorTimeline, FeedCache, FeedObserver, TimelineStore
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.kernel.paging import Position


class NoTimelines(TimelineStore):
    """Takes no post, and cannot be asked."""

    async def push(self, entry: FeedEntry, readers: Sequence[UserId]) -> int:
        """Take nothing."""
        return 0

    async def window(
        self, reader: UserId, after: Position | None, limit: int
    ) -> TimelineWindow | None:
        """Refuse: nobody should make what cannot be kept."""
        _refuse()

    async def begin(self, reader: UserId) -> RebuildToken | None:
        """Give no token."""
        return None

    async def finish(self, reader: UserId, token: RebuildToken, snapshot: HomeSnapshot) -> bool:
        """Store nothing."""
        return False

    async def drop(self, readers: Iterable[UserId]) -> None:
        """Forget nothing: there is nothing."""


class NoAuthors(AuthorTimeline):
    """Takes no post, and cannot be asked."""

    async def add(self, entry: FeedEntry) -> None:
        """Take nothing."""

    async def remove(self, entry: FeedEntry) -> None:
        """Remove nothing: there is nothing."""

    async def begin(self, author: UserId) -> RebuildToken | None:
        """Give no token."""
        return None

    async def fill(
        self,
        author: UserId,
        token: RebuildToken,
        entries: Sequence[FeedEntry],
        floor: Position | None,
    ) -> bool:
        """Store nothing."""
        return False

    async def recent(
        self, authors: Iterable[UserId], after: Position | None, limit: int
    ) -> Mapping[UserId, TimelineWindow]:
        """Refuse."""
        _refuse()


class NoCache(FeedCache):
    """Keeps nothing, and cannot be asked."""

    async def look(self, reader: UserId, page: str) -> CacheLook:
        """Refuse."""
        _refuse()

    async def put(self, reader: UserId, page: str, cached: CachedPage, seconds: float) -> None:
        """Keep nothing."""

    async def bump(self, names: Iterable[str]) -> None:
        """Make nothing void: there is nothing."""


class Unobserved(FeedObserver):
    """Counts nothing."""

    def pushed(self, readers: int, taken: int, lag: float) -> None:
        """Do nothing."""

    def read(self, source: str, pulls: int) -> None:
        """Do nothing."""

    def looked(self, result: str) -> None:
        """Do nothing."""

    def rebuilt(self, result: str) -> None:
        """Do nothing."""

    def sampled(self, *, is_complete: bool) -> None:
        """Do nothing."""


def _refuse() -> NoReturn:
    raise AdapterUnavailable("no timelines are kept")
