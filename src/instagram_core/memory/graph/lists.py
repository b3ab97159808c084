"""Reading who follows whom."""

import heapq

from instagram_core.accounts.model import UserId
from instagram_core.graph.ports import FollowerReader, FollowLists
from instagram_core.kernel.paging import Page, Position
from instagram_core.memory.database import Database
from instagram_core.memory.pages import newest_first
from instagram_core.memory.visibility import is_active, is_listed


class InMemoryFollowLists(FollowLists):
    """Reads the lists that people see."""

    def __init__(self, database: Database) -> None:
        """Read from `database`."""
        self._database = database

    async def followers(
        self, user: UserId, viewer: UserId | None, after: Position | None, limit: int
    ) -> Page[UserId]:
        """Give who follows `user`."""
        async with self._database.work() as tables:
            rows = (
                (Position(since, follower), follower)
                for (follower, followee), since in tables.follows.items()
                if followee == user and is_listed(tables, viewer, follower)
            )
            return newest_first(rows, after, limit)

    async def following(
        self, user: UserId, viewer: UserId | None, after: Position | None, limit: int
    ) -> Page[UserId]:
        """Give whom `user` follows."""
        async with self._database.work() as tables:
            rows = (
                (Position(since, followee), followee)
                for (follower, followee), since in tables.follows.items()
                if follower == user and is_listed(tables, viewer, followee)
            )
            return newest_first(rows, after, limit)

    async def requests(self, user: UserId, after: Position | None, limit: int) -> Page[UserId]:
        """Give who asked to follow `user`."""
        async with self._database.work() as tables:
            rows = (
                (Position(since, follower), follower)
                for (follower, followee), since in tables.requests.items()
                if followee == user and is_active(tables, follower)
            )
            return newest_first(rows, after, limit)


class InMemoryFollowerReader(FollowerReader):
    """Walks through all followers, whatever their standing."""

    def __init__(self, database: Database) -> None:
        """Read from `database`."""
        self._database = database

    async def page(self, user: UserId, after: UserId | None, limit: int) -> tuple[UserId, ...]:
        """Give the next followers by id."""
        async with self._database.work() as tables:
            followers = (follower for follower, followee in tables.follows if followee == user)
            return tuple(
                heapq.nsmallest(limit, (id for id in followers if after is None or after < id))
            )
