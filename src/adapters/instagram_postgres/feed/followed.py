"""The truth of home feeds, read by functions of migrations 0005 and 0009, which say how."""

from collections.abc import Iterable, Mapping
from struct import Struct
from typing import Final

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry, HomeSnapshot
from instagram_core.feed.ports import FollowedPosts
from instagram_core.kernel.paging import Page, Position
from instagram_postgres.database import PostgresDatabase
from instagram_postgres.packed import uuid_of, uuids_of
from instagram_postgres.pages import older_than

_PAGE: Final = """
    SELECT string_agg(int8send(shared_at) || uuid_send(id) || uuid_send(author_id), ''
                      ORDER BY shared_at DESC, id DESC)
      FROM followed_posts(%(reader)s, %(before_at)s, %(before_id)s, %(rows)s)
"""
_SNAPSHOT: Final = "SELECT entries, pulled FROM home_snapshot(%(reader)s, %(rows)s)"
_OF_AUTHORS: Final = """
    SELECT author.id,
           (SELECT string_agg(int8send(shared_at) || uuid_send(newest.id), ''
                              ORDER BY shared_at DESC, newest.id DESC)
              FROM (SELECT shared_at, id FROM posts
                     WHERE author_id = author.id
                       AND (shared_at, id) < (%(before_at)s, %(before_id)s)
                     ORDER BY shared_at DESC, id DESC
                     LIMIT %(rows)s) AS newest)
      FROM unnest(%(authors)s::uuid[]) AS author (id)
"""

_ENTRY: Final = Struct(">q16s16s")
_POSITION: Final = Struct(">q16s")


class PostgresFollowedPosts(FollowedPosts):
    """Finds what belongs in a feed."""

    def __init__(self, database: PostgresDatabase) -> None:
        """Read from `database`."""
        self._database = database

    async def page(self, reader: UserId, after: Position | None, limit: int) -> Page[FeedEntry]:
        """Give published posts of whoever belongs in the reader's feed."""
        parameters = {"reader": reader, **older_than(after, limit)}
        rows = await self._database.fetch(_PAGE, parameters, repeatable=True, binary=True)
        ((packed,),) = rows
        return _cut(_entries(packed or b""), limit)

    async def snapshot(self, reader: UserId, limit: int) -> HomeSnapshot:
        """Give the newest part of the feed and who is pulled, at one moment."""
        parameters = {"reader": reader, "rows": limit + 1}
        rows = await self._database.fetch(_SNAPSHOT, parameters, repeatable=True, binary=True)
        ((packed, pulled),) = rows
        page = _cut(_entries(packed or b""), limit)
        return HomeSnapshot(
            entries=page.items,
            floor=page.next,
            pulled=tuple(map(UserId, uuids_of(pulled or b""))),
        )

    async def of_authors(
        self, authors: Iterable[UserId], limit: int
    ) -> Mapping[UserId, Page[FeedEntry]]:
        """Give what each author published last."""
        parameters = {"authors": list(authors), **older_than(None, limit)}
        rows = await self._database.fetch(_OF_AUTHORS, parameters, repeatable=True, binary=True)
        return {
            UserId(author): _cut(_entries_of(UserId(author), packed or b""), limit)
            for author, packed in rows
        }


def _entries(packed: bytes) -> list[FeedEntry]:
    authors: dict[bytes, UserId] = {}
    return [
        FeedEntry(
            position=Position(at, uuid_of(post)),
            author_id=authors.get(author) or authors.setdefault(author, UserId(uuid_of(author))),
        )
        for at, post, author in _ENTRY.iter_unpack(packed)
    ]


def _entries_of(author: UserId, packed: bytes) -> list[FeedEntry]:
    return [
        FeedEntry(position=Position(at, uuid_of(post)), author_id=author)
        for at, post in _POSITION.iter_unpack(packed)
    ]


def _cut(entries: list[FeedEntry], limit: int) -> Page[FeedEntry]:
    shown = tuple(entries[:limit])
    return Page(shown, shown[-1].position if len(entries) > limit else None)
