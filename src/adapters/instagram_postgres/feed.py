"""The truth of home feeds, read by `followed_posts` of migration 0005, which says how."""

from typing import Final

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry
from instagram_core.feed.ports import FollowedPosts
from instagram_core.kernel.paging import Page, Position
from instagram_postgres.database import PostgresDatabase
from instagram_postgres.pages import older_than, page_of
from instagram_postgres.pool import Row

_PAGE: Final = """
    SELECT shared_at, id, author_id
      FROM followed_posts(%(reader)s, %(before_at)s, %(before_id)s, %(rows)s)
"""


class PostgresFollowedPosts(FollowedPosts):
    """Finds what belongs in a feed."""

    def __init__(self, database: PostgresDatabase) -> None:
        """Read from `database`."""
        self._database = database

    async def page(self, reader: UserId, after: Position | None, limit: int) -> Page[FeedEntry]:
        """Give published posts of whoever belongs in the reader's feed."""
        parameters = {"reader": reader, **older_than(after, limit)}
        rows = await self._database.fetch(_PAGE, parameters, repeatable=True)
        return page_of(rows, limit, _entry)


def _entry(row: Row) -> FeedEntry:
    shared_at, post, author = row
    return FeedEntry(position=Position(shared_at, post), author_id=UserId(author))
