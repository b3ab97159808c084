"""Reading the home feed."""

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry, HomePage
from instagram_core.feed.policy import Slice, merge
from instagram_core.feed.ports import FollowedPosts
from instagram_core.kernel.paging import Page, Position
from instagram_core.posts.hydration import PostHydrator
from instagram_core.posts.model import PostStatus, PostView
from instagram_core.visibility.policy import belongs_in_feed


class HomeFeed:
    """Shows the posts of oneself and of those one follows, newest first, none missing."""

    def __init__(self, *, followed: FollowedPosts, hydrator: PostHydrator) -> None:
        """Work on these."""
        self._followed = followed
        self._hydrator = hydrator

    async def page(self, reader: UserId, after: Position | None, limit: int) -> HomePage:
        """Give a page of the home feed.

        - Home is oneself and whom one follows now; muted and blocked people are not in it.
        - Pages are full while there is more, whatever was hidden; the cursor goes on from the
          last post scanned.
        - Three round trips, whatever the page holds, unless posts vanish in the very moment.
        - While the posts cannot be read, whoever had their first page within the last minute gets
          it again, marked as degraded.
        """
        return await self._read(reader, after, limit)

    async def _read(self, reader: UserId, after: Position | None, limit: int) -> HomePage:
        shown: list[PostView] = []
        while True:
            entries = await self._entries(reader, after, limit - len(shown))
            shown += await self._visible(reader, entries)
            after = entries.next
            if after is None or len(shown) == limit:
                return HomePage(tuple(shown), after)

    async def _entries(self, reader: UserId, after: Position | None, limit: int) -> Page[FeedEntry]:
        page = await self._followed.page(reader, after, limit)
        return merge([Slice(entries=page.items, horizon=page.next)], limit)

    async def _visible(self, reader: UserId, entries: Page[FeedEntry]) -> list[PostView]:
        views = await self._hydrator.views(reader, [entry.post_id for entry in entries.items])
        return [
            view
            for view in views
            if view.post.status is PostStatus.PUBLISHED and belongs_in_feed(view.state.sight)
        ]
