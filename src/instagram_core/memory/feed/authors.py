"""The recent posts of authors, which are pulled from."""

from collections.abc import Iterable, Mapping, Sequence

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry, HomeSnapshot, RebuildToken, TimelineWindow
from instagram_core.feed.ports import AuthorTimeline
from instagram_core.kernel.clock import Clock
from instagram_core.kernel.paging import Position
from instagram_core.memory.closing import Closable
from instagram_core.memory.feed.rebuilt import RebuiltTimelines


class InMemoryAuthorTimeline(Closable, AuthorTimeline):
    """Keeps authors' recent posts within one process."""

    def __init__(
        self,
        clock: Clock,
        *,
        cap: int = 500,
        lifetime_seconds: float = 24 * 3600,
        filling_seconds: float = 30,
    ) -> None:
        """Keep `cap` entries an author, a filled list and a filling for so many seconds."""
        self._lists = RebuiltTimelines(
            clock, cap=cap, lifetime_seconds=lifetime_seconds, rebuild_seconds=filling_seconds
        )

    async def add(self, entry: FeedEntry) -> None:
        """Add a post to its author's list if that is there, or being filled."""
        self.check_open()
        self._lists.add(entry, entry.author_id)

    async def remove(self, entry: FeedEntry) -> None:
        """Remove a post; a filling under way ends."""
        self.check_open()
        self._lists.end_rebuild(entry.author_id)
        if (listed := self._lists.finished(entry.author_id)) is not None:
            listed.remove(entry.position)

    async def begin(self, author: UserId) -> RebuildToken | None:
        """Start to fill a list; one that was there is forgotten."""
        self.check_open()
        return self._lists.begin(author)

    async def fill(
        self,
        author: UserId,
        token: RebuildToken,
        entries: Sequence[FeedEntry],
        floor: Position | None,
    ) -> bool:
        """Make the list of these entries and what was added meanwhile."""
        self.check_open()
        return self._lists.finish(author, token, HomeSnapshot(entries=tuple(entries), floor=floor))

    async def recent(
        self, authors: Iterable[UserId], after: Position | None, limit: int
    ) -> Mapping[UserId, TimelineWindow]:
        """Give a part of each list that is there."""
        self.check_open()
        lists = {author: self._lists.finished(author) for author in authors}
        return {
            author: listed.window(after, limit)
            for author, listed in lists.items()
            if listed is not None
        }
