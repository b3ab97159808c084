"""Reading who follows whom."""

from typing import Final, cast

from instagram_core.accounts.model import UserId
from instagram_core.graph.ports import FollowerReader, FollowLists
from instagram_core.kernel.paging import Page, Position
from instagram_postgres.database import PostgresDatabase
from instagram_postgres.packed import uuids_of
from instagram_postgres.pages import older_than, page_of

_FOLLOWERS: Final = """
    SELECT followed_at, follower_id FROM follows
     WHERE followee_id = %(user)s
       AND (followed_at, follower_id) < (%(before_at)s, %(before_id)s)
       AND is_listed(follower_id, %(viewer)s)
     ORDER BY followed_at DESC, follower_id DESC
     LIMIT %(rows)s
"""
_FOLLOWING: Final = """
    SELECT followed_at, followee_id FROM follows
     WHERE follower_id = %(user)s
       AND (followed_at, followee_id) < (%(before_at)s, %(before_id)s)
       AND is_listed(followee_id, %(viewer)s)
     ORDER BY followed_at DESC, followee_id DESC
     LIMIT %(rows)s
"""
_REQUESTS: Final = """
    SELECT requested_at, follower_id FROM follow_requests
     WHERE followee_id = %(user)s
       AND (requested_at, follower_id) < (%(before_at)s, %(before_id)s)
       AND is_listed(follower_id, %(viewer)s)
     ORDER BY requested_at DESC, follower_id DESC
     LIMIT %(rows)s
"""
_NEXT_FOLLOWERS: Final = """
    SELECT string_agg(uuid_send(follower_id), '')
      FROM (SELECT follower_id FROM follows
             WHERE followee_id = %(user)s AND follower_id > %(after)s
             ORDER BY follower_id
             LIMIT %(limit)s) AS next
"""
_FIRST_FOLLOWERS: Final = """
    SELECT string_agg(uuid_send(follower_id), '')
      FROM (SELECT follower_id FROM follows
             WHERE followee_id = %(user)s
             ORDER BY follower_id
             LIMIT %(limit)s) AS first
"""


class PostgresFollowLists(FollowLists):
    """Reads the lists that people see."""

    def __init__(self, database: PostgresDatabase) -> None:
        """Read from `database`."""
        self._database = database

    async def followers(
        self, user: UserId, viewer: UserId | None, after: Position | None, limit: int
    ) -> Page[UserId]:
        """Give who follows `user`."""
        return await self._page(_FOLLOWERS, user, viewer, after, limit)

    async def following(
        self, user: UserId, viewer: UserId | None, after: Position | None, limit: int
    ) -> Page[UserId]:
        """Give whom `user` follows."""
        return await self._page(_FOLLOWING, user, viewer, after, limit)

    async def requests(self, user: UserId, after: Position | None, limit: int) -> Page[UserId]:
        """Give who asked to follow `user`; blocks end requests, so there is nobody to hide."""
        return await self._page(_REQUESTS, user, None, after, limit)

    async def _page(
        self, sql: str, user: UserId, viewer: UserId | None, after: Position | None, limit: int
    ) -> Page[UserId]:
        parameters = {"user": user, "viewer": viewer, **older_than(after, limit)}
        rows = await self._database.fetch(sql, parameters, repeatable=True)
        return page_of(rows, limit, lambda row: UserId(row[1]))


class PostgresFollowerReader(FollowerReader):
    """Walks through all followers by the primary key, whatever their standing."""

    def __init__(self, database: PostgresDatabase) -> None:
        """Read from `database`."""
        self._database = database

    async def page(self, user: UserId, after: UserId | None, limit: int) -> tuple[UserId, ...]:
        """Give the next followers by id."""
        sql = _FIRST_FOLLOWERS if after is None else _NEXT_FOLLOWERS
        parameters = {"user": user, "after": after, "limit": limit}
        rows = await self._database.fetch(sql, parameters, repeatable=True, binary=True)
        ((packed,),) = rows
        # Not UserId of each, which is a call that does nothing, for each of millions.
        return cast("tuple[UserId, ...]", tuple(uuids_of(packed or b"")))
