"""The truth of hashtags, read by the functions of migration 0011, which says how."""

from collections.abc import Sequence
from typing import Final

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry
from instagram_core.feed.policy import Slice, merge
from instagram_core.feed.ports import HashtagPosts
from instagram_core.kernel.paging import Page, Position
from instagram_core.posts.model import Hashtag
from instagram_postgres.database import PostgresDatabase
from instagram_postgres.pages import older_than
from instagram_postgres.pool import Row

_MOST: Final = 1000
"""Open posts that one statement looks at: 10 ms where all of them are hidden."""

_PAGE: Final = """
    SELECT true, shared_at, post_id, author_id
      FROM open_hashtag_posts(%(viewer)s, %(tag)s, %(before_at)s, %(before_id)s, %(rows)s, %(most)s)
     UNION ALL
    SELECT false, shared_at, post_id, author_id
      FROM closed_hashtag_posts(%(viewer)s, %(tag)s, %(before_at)s, %(before_id)s, %(rows)s)
"""


class PostgresHashtagPosts(HashtagPosts):
    """Finds posts with a hashtag: those of public accounts, and those of people one follows."""

    def __init__(self, database: PostgresDatabase, *, most: int = _MOST) -> None:
        """Read from `database`; one call looks at `most` posts of public accounts at most."""
        self._database = database
        self._most = most

    async def page(
        self, tag: Hashtag, viewer: UserId | None, after: Position | None, limit: int
    ) -> Page[FeedEntry]:
        """Give published posts with the tag whose authors the viewer may come across."""
        parameters = {"tag": tag, "viewer": viewer, "most": self._most, **older_than(after, limit)}
        rows = await self._database.fetch(_PAGE, parameters, repeatable=True)
        wanted = limit + 1
        parts = [[row[1:] for row in rows if row[0] is is_open] for is_open in (True, False)]
        return merge([_slice(part, wanted) for part in parts], limit)


def _slice(rows: Sequence[Row], wanted: int) -> Slice:
    entries = tuple(
        FeedEntry(position=Position(shared_at, post), author_id=UserId(author))
        for shared_at, post, author in rows
        if author is not None
    )
    is_cut = len(entries) == wanted or len(entries) < len(rows)
    return Slice(entries=entries, horizon=Position(*rows[-1][:2]) if is_cut else None)
