"""The recent posts of authors, which are pulled from."""

from collections.abc import Iterable, Mapping, Sequence

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry, HomeSnapshot, RebuildToken, TimelineWindow
from instagram_core.feed.ports import AuthorTimeline
from instagram_core.kernel.paging import Position
from instagram_valkey.client import ValkeyClient
from instagram_valkey.feed.lists import CappedLists


class ValkeyAuthorTimeline(AuthorTimeline):
    """Keeps authors' recent posts for all processes."""

    def __init__(
        self,
        client: ValkeyClient,
        *,
        cap: int = 500,
        lifetime_seconds: float = 24 * 3600,
        filling_seconds: float = 30,
    ) -> None:
        """Keep `cap` entries an author, a filled list and a filling for so many seconds."""
        self._lists = CappedLists(
            client,
            "author",
            cap=cap,
            lifetime_seconds=lifetime_seconds,
            rebuild_seconds=filling_seconds,
        )

    async def add(self, entry: FeedEntry) -> None:
        """Add a post to its author's list if that is there, or being filled."""
        await self._lists.push(entry, [entry.author_id])

    async def remove(self, entry: FeedEntry) -> None:
        """Remove a post; a filling under way ends."""
        await self._lists.remove(entry, entry.author_id)

    async def begin(self, author: UserId) -> RebuildToken | None:
        """Start to fill a list; one that was there is forgotten."""
        return await self._lists.begin(author)

    async def fill(
        self,
        author: UserId,
        token: RebuildToken,
        entries: Sequence[FeedEntry],
        floor: Position | None,
    ) -> bool:
        """Make the list of these entries and what was added meanwhile."""
        snapshot = HomeSnapshot(entries=tuple(entries), floor=floor)
        return await self._lists.finish(author, token, snapshot)

    async def recent(
        self, authors: Iterable[UserId], after: Position | None, limit: int
    ) -> Mapping[UserId, TimelineWindow]:
        """Give a part of each list that is there: one script, however many authors."""
        asked = list(authors)
        return await self._lists.windows(asked, after, limit) if asked else {}
