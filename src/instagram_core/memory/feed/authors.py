"""The recent posts of authors, which are pulled from."""

from collections.abc import Iterable, Mapping, Sequence

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry, TimelineWindow
from instagram_core.feed.ports import AuthorTimeline
from instagram_core.kernel.clock import Clock
from instagram_core.kernel.paging import Position
from instagram_core.memory.closing import Closable
from instagram_core.memory.expiring import Expiring
from instagram_core.memory.feed.capped import CappedTimeline


class InMemoryAuthorTimeline(Closable, AuthorTimeline):
    """Keeps authors' recent posts within one process."""

    def __init__(
        self, clock: Clock, *, cap: int = 500, lifetime_seconds: float = 24 * 3600
    ) -> None:
        """Keep `cap` entries an author, for so many seconds after the list was filled."""
        self._cap = cap
        self._lifetime = lifetime_seconds
        self._lists: Expiring[UserId, CappedTimeline] = Expiring(clock)

    async def add(self, entry: FeedEntry) -> None:
        """Add a post to its author's list if that is there."""
        self.check_open()
        if (listed := self._lists.get(entry.author_id)) is not None:
            listed.add(entry)

    async def remove(self, entry: FeedEntry) -> None:
        """Remove a post."""
        self.check_open()
        if (listed := self._lists.get(entry.author_id)) is not None:
            listed.remove(entry.position)

    async def fill(
        self, author: UserId, entries: Sequence[FeedEntry], floor: Position | None
    ) -> None:
        """Make the list these entries and what is there above `floor`."""
        self.check_open()
        listed = CappedTimeline(self._cap, floor)
        known = self._lists.get(author)
        there = () if known is None else known.window(None, self._cap).entries
        for entry in (*there, *entries):
            listed.add(entry)
        self._lists.put(author, listed, self._lifetime)

    async def recent(
        self, authors: Iterable[UserId], after: Position | None, limit: int
    ) -> Mapping[UserId, TimelineWindow]:
        """Give a part of each list that is there."""
        self.check_open()
        lists = {author: self._lists.get(author) for author in authors}
        return {
            author: listed.window(after, limit)
            for author, listed in lists.items()
            if listed is not None
        }
