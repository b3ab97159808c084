"""The truth of home feeds."""

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry
from instagram_core.feed.ports import FollowedPosts
from instagram_core.kernel.paging import Page, Position
from instagram_core.memory.database import Database
from instagram_core.memory.pages import newest_first
from instagram_core.memory.visibility import sight
from instagram_core.visibility.policy import belongs_in_feed


class InMemoryFollowedPosts(FollowedPosts):
    """Finds what belongs in a feed by asking the policy about each author."""

    def __init__(self, database: Database) -> None:
        """Read from `database`."""
        self._database = database

    async def page(self, reader: UserId, after: Position | None, limit: int) -> Page[FeedEntry]:
        """Give published posts of whoever belongs in the reader's feed."""
        async with self._database.work() as tables:
            seen = {author: sight(tables, reader, author) for author in tables.accounts}
            home = {author for author, seen in seen.items() if seen and belongs_in_feed(seen)}
            posts = (row.post for row in tables.posts.values() if row.post.author_id in home)
            return newest_first(
                (
                    (post.position, FeedEntry(position=post.position, author_id=post.author_id))
                    for post in posts
                    if post.position is not None
                ),
                after,
                limit,
            )
