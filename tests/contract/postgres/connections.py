"""A family over many real connections, and what must hold in its rows whatever was interleaved."""

import asyncio
import contextvars
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

import attrs
import psycopg
import pytest

from instagram_core.accounts.model import AccountChange, UserId
from instagram_core.assembly.families import RelationalFamily
from instagram_core.graph.events import Blocked
from instagram_core.kernel.clock import SystemClock
from instagram_core.kernel.errors import DomainError
from instagram_core.kernel.ids import UuidV7Generator
from instagram_core.likes.model import Like, LikeOutcome
from instagram_core.posts.model import PostId
from instagram_core.testing.scene import Scene
from instagram_postgres.database import PostgresDatabase
from instagram_postgres.family import postgres_family
from instagram_postgres.pool import PoolSettings
from tests.servers.postgres import Databases, has_other, other_databases, wheel_databases

SETTINGS: Final = PoolSettings(
    size=20, checkout_seconds=30, statement_seconds=30, lock_seconds=10, waiting=10_000
)

BOTH_SERVERS = pytest.mark.parametrize(
    "databases",
    [
        pytest.param(wheel_databases, id="wheel"),
        pytest.param(
            other_databases,
            id="other",
            marks=pytest.mark.skipif(not has_other(), reason="there is no other PostgreSQL"),
        ),
    ],
)
"""Runs a test on the wheel's server and on the other one."""

ACROSS_A_BLOCK: Final = """
    SELECT 'follow' FROM follows
      JOIN blocks ON (blocker_id, blocked_id) IN ((follower_id, followee_id),
                                                  (followee_id, follower_id))
     UNION ALL
    SELECT 'request' FROM follow_requests
      JOIN blocks ON (blocker_id, blocked_id) IN ((follower_id, followee_id),
                                                  (followee_id, follower_id))
     UNION ALL
    SELECT list FROM personal_lists
      JOIN blocks ON (blocker_id, blocked_id) IN ((owner_id, member_id), (member_id, owner_id))
     UNION ALL
    SELECT 'visit' FROM profile_visits
      JOIN blocks ON (blocker_id, blocked_id) IN ((viewer_id, owner_id), (owner_id, viewer_id))
     UNION ALL
    SELECT 'like' FROM likes JOIN posts ON posts.id = post_id
      JOIN blocks ON (blocker_id, blocked_id) IN ((user_id, author_id), (author_id, user_id))
"""
"""What is between two people of whom one blocks the other: nothing may be."""

ASTRAY: Final = """
    SELECT 'like without its post' FROM likes
     WHERE NOT EXISTS (SELECT FROM posts WHERE id = post_id)
     UNION ALL
    SELECT 'request of a follower' FROM follow_requests
      JOIN follows USING (follower_id, followee_id)
     UNION ALL
    SELECT 'request to a public account' FROM follow_requests
      JOIN users ON id = followee_id AND NOT is_private
     UNION ALL
    SELECT 'media of an unpublished post' FROM post_media
      JOIN posts ON posts.id = post_id AND status <> 'published'
"""
"""Rows that no order of calls leads to."""

_WAITING: Final = """
    SELECT FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event IN ('transactionid', 'tuple', 'advisory')
"""

T = TypeVar("T")


@attrs.frozen
class Arena:
    """Many connections to one database, with a hand to arrange things and an eye on the rows."""

    family: RelationalFamily
    scene: Scene
    database: PostgresDatabase
    url: str

    async def rows(self, sql: str, **parameters: object) -> list[tuple[Any, ...]]:
        """Give what a statement finds."""
        return await self.database.fetch(sql, parameters)

    async def differences(self) -> list[object]:
        """Give the counters that do not equal their lists."""
        return [found async for found in self.family.counters.repair(dry_run=True)]

    async def check(self) -> None:
        """AssertionError when counters, blocks or rows do not fit each other."""
        assert await self.differences() == []
        assert await self.rows(ACROSS_A_BLOCK) == []
        assert await self.rows(ASTRAY) == []

    async def interleave(
        self,
        first: Callable[[], Awaitable[object]],
        second: Coroutine[Any, Any, T],
        meanwhile: Callable[[], Coroutine[Any, Any, object]] | None = None,
    ) -> T:
        """Make one call, start another, and commit the first when the other waits or is done.

        `meanwhile` is called before the commit.
        """
        async with await psycopg.AsyncConnection.connect(self.url, autocommit=True) as watch:
            async with self.family.transaction():
                await first()
                late = _apart(second)
                while not late.done():
                    if await (await watch.execute(_WAITING)).fetchall():
                        break
                if meanwhile is not None:
                    await _apart(meanwhile())
            return await late

    async def set_private(self, user: UserId, *, is_private: bool) -> None:
        """Go private or public, accepting who waits, as the use case does."""
        async with self.family.transaction():
            await self.family.users.change(user, AccountChange(is_private=is_private))
            if not is_private:
                await self.family.follows.accept_all(user, self.scene.now)


@asynccontextmanager
async def arena(databases: Callable[[], Databases]) -> AsyncIterator[Arena]:
    """Open a database of its own; afterwards nobody may have met a deadlock in it."""
    url = await databases().fresh()
    clock = SystemClock()
    ids = UuidV7Generator(clock)
    async with PostgresDatabase.open(url, SETTINGS) as database:
        family = postgres_family(database, clock, ids)
        yield Arena(family, Scene(family, ids, clock), database, url)
    assert await _deadlocks(url) == 0


async def refused(calls: Iterable[Awaitable[object]]) -> int:
    """Make calls one after the other; give how many a rule of the domain refused."""
    count = 0
    for call in calls:
        try:
            await call
        except DomainError:
            count += 1
    return count


def on(databases: Callable[[], Databases], play: Callable[[Arena], Awaitable[None]]) -> None:
    """Run a test in an arena; in the end everything must fit."""

    async def run() -> None:
        async with arena(databases) as ring:
            await play(ring)
            await ring.check()

    asyncio.run(run())


async def like(ring: Arena, user: UserId, post: PostId) -> LikeOutcome:
    """Like a post."""
    return await ring.family.likes.add(Like(user_id=user, post_id=post, at=1))


async def block(ring: Arena, one: UserId, other: UserId) -> bool:
    """Block somebody."""
    return await ring.family.blocks.block(Blocked(blocker_id=one, blocked_id=other), 1)


def _apart(call: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """Start a call outside of the ambient transaction, as another request."""
    return asyncio.create_task(call, context=contextvars.Context())


async def _deadlocks(url: str) -> int:
    async with await psycopg.AsyncConnection.connect(url) as connection:
        cursor = await connection.execute(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        )
        row = await cursor.fetchone()
        assert row is not None
        return int(row[0])
