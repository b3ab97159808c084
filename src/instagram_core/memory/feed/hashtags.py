"""The truth of hashtags."""

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry
from instagram_core.feed.ports import HashtagPosts
from instagram_core.kernel.paging import Page, Position
from instagram_core.memory.database import Database
from instagram_core.memory.pages import newest_first
from instagram_core.memory.visibility import sight
from instagram_core.posts.hashtags import hashtags_in
from instagram_core.posts.model import Hashtag
from instagram_core.visibility.policy import may_come_across


class InMemoryHashtagPosts(HashtagPosts):
    """Finds posts with a hashtag by reading every caption."""

    def __init__(self, database: Database) -> None:
        """Read from `database`."""
        self._database = database

    async def page(
        self, tag: Hashtag, viewer: UserId | None, after: Position | None, limit: int
    ) -> Page[FeedEntry]:
        """Give published posts with the tag whose authors the viewer may come across."""
        async with self._database.work() as tables:
            sights = {author: sight(tables, viewer, author) for author in tables.accounts}
            shown = {author for author, seen in sights.items() if seen and may_come_across(seen)}
            posts = (row.post for row in tables.posts.values() if row.post.author_id in shown)
            rows = (
                (post.position, FeedEntry(position=post.position, author_id=post.author_id))
                for post in posts
                if post.position is not None and tag in hashtags_in(post.caption)
            )
            return newest_first(rows, after, limit)
