"""The truth of home feeds."""

from collections.abc import Collection, Iterable, Mapping

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import Delivery, FeedEntry, HomeSnapshot
from instagram_core.feed.ports import FollowedPosts
from instagram_core.graph.model import PersonalList
from instagram_core.kernel.paging import Page, Position
from instagram_core.memory.database import Database
from instagram_core.memory.feed.delivery import delivery_of
from instagram_core.memory.pages import newest_first
from instagram_core.memory.tables import Tables
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
            return _posts_of(tables, _home(tables, reader), after, limit)

    async def snapshot(self, reader: UserId, limit: int) -> HomeSnapshot:
        """Give the newest part of the feed and who is pulled, at one moment."""
        async with self._database.work() as tables:
            home = _followed(tables, reader)
            page = _posts_of(tables, home, None, limit)
            return HomeSnapshot(
                entries=page.items,
                floor=page.next,
                pulled=tuple(
                    author
                    for author in sorted(home - {reader})
                    if delivery_of(tables, author) is not Delivery.PUSH
                ),
            )

    async def of_authors(
        self, authors: Iterable[UserId], limit: int
    ) -> Mapping[UserId, Page[FeedEntry]]:
        """Give what each author published last."""
        async with self._database.work() as tables:
            return {author: _posts_of(tables, {author}, None, limit) for author in authors}


def _home(tables: Tables, reader: UserId) -> set[UserId]:
    sights = {author: sight(tables, reader, author) for author in tables.accounts}
    return {author for author, seen in sights.items() if seen and belongs_in_feed(seen)}


def _followed(tables: Tables, reader: UserId) -> set[UserId]:
    """Give who would be home if nobody were suspended."""
    followed = {followee for follower, followee in tables.follows if follower == reader}
    muted = {
        member
        for which, owner, member in tables.lists
        if (which, owner) == (PersonalList.MUTES, reader)
    }
    return {reader, *followed} - muted


def _posts_of(
    tables: Tables, authors: Collection[UserId], after: Position | None, limit: int
) -> Page[FeedEntry]:
    posts = (row.post for row in tables.posts.values() if row.post.author_id in authors)
    return newest_first(
        (
            (post.position, FeedEntry(position=post.position, author_id=post.author_id))
            for post in posts
            if post.position is not None
        ),
        after,
        limit,
    )
