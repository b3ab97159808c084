"""Likes in a SQLite file, beside a family that keeps everything else."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Self, TypeVar
from uuid import UUID

from instagram_core.accounts.model import UserId
from instagram_core.assembly import RelationalFamily
from instagram_core.kernel.errors import AdapterClosed, AdapterUnavailable
from instagram_core.kernel.paging import Page, Position
from instagram_core.likes.events import PostLiked, PostUnliked
from instagram_core.likes.model import Like, LikeOutcome
from instagram_core.likes.ports import LikeRepository
from instagram_core.posts.errors import PostNotFound
from instagram_core.posts.model import PostId, PostStatus
from instagram_core.visibility.model import Sight
from instagram_core.visibility.policy import may_see_content

T = TypeVar("T")

SCHEMA = """
CREATE TABLE IF NOT EXISTS likes (
    post BLOB NOT NULL, user BLOB NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (post, user)
) WITHOUT ROWID
"""
ADD = "INSERT INTO likes (post, user, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
REMOVE = "DELETE FROM likes WHERE post = ? AND user = ?"
COUNT = "SELECT count(*) FROM likes WHERE post = ?"
PAGE = """
SELECT at, user FROM likes WHERE post = ? AND (at, user) < (?, ?)
 ORDER BY at DESC, user DESC LIMIT ?
"""
BEGINNING = Position(2**62, UUID(int=2**128 - 1))


class SqliteLikeRepository(LikeRepository):
    """Keeps likes in a file of their own.

    Who may like what it asks the ports of the family, so its answers are right but take several
    round trips, and a like is not part of the family's transactions: a store that holds posts
    and likes does better.
    """

    def __init__(self, path: str, family: RelationalFamily) -> None:
        """Use the file at `path`; `family` knows posts and people."""
        self._family = family
        self._connection: sqlite3.Connection | None = sqlite3.connect(path, check_same_thread=False)
        self._connection.execute(SCHEMA)
        self._thread = ThreadPoolExecutor(1)  # SQLite blocks, and writes one at a time anyway

    @classmethod
    @asynccontextmanager
    async def open(cls, path: str, family: RelationalFamily) -> AsyncIterator[Self]:
        """Give the repository for the length of a block."""
        likes = cls(path, family)
        try:
            yield likes
        finally:
            await likes.close()

    async def close(self) -> None:
        """Close the file."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await asyncio.to_thread(self._thread.shutdown)
            connection.close()

    async def add(self, like: Like, announce: PostLiked | None = None) -> LikeOutcome:
        """Like a post that the policy shows to the user."""
        await self._check_visible(like.user_id, like.post_id)
        row = (like.post_id.bytes, like.user_id.bytes, like.at)
        outcome = await self._run(lambda connection: _change(connection, ADD, row))
        if outcome.changed and announce is not None:
            await self._family.outbox.add(announce)
        return outcome

    async def remove(
        self, user: UserId, post: PostId, announce: PostUnliked | None = None
    ) -> LikeOutcome:
        """Take a like back; whoever has none must be able to see the post."""
        row = (post.bytes, user.bytes)
        outcome = await self._run(lambda connection: _change(connection, REMOVE, row))
        if not outcome.changed:
            await self._check_visible(user, post)
        elif announce is not None:
            await self._family.outbox.add(announce)
        return outcome

    async def likers(
        self, post: PostId, viewer: UserId | None, after: Position | None, limit: int
    ) -> Page[UserId]:
        """Give who likes the post; reads on until the page is full."""
        shown: list[Position] = []
        last = after or BEGINNING
        while len(shown) <= limit:
            rows = await self._read(post, last, limit + 1)
            sights = await self._family.sights.sights(viewer, [UserId(row.id) for row in rows])
            shown += [row for row in rows if _is_listed(sights.get(UserId(row.id)))]
            if len(rows) <= limit:
                break
            last = rows[-1]
        items = tuple(UserId(row.id) for row in shown[:limit])
        return Page(items, shown[limit - 1] if len(shown) > limit else None)

    async def _read(self, post: PostId, after: Position, limit: int) -> list[Position]:
        where = (post.bytes, after.at, after.id.bytes, limit)
        rows = await self._run(lambda connection: connection.execute(PAGE, where).fetchall())
        return [Position(at, UUID(bytes=user)) for at, user in rows]

    async def _check_visible(self, viewer: UserId, post: PostId) -> None:
        found = (await self._family.posts.get_many([post])).get(post)
        if found is None or found.post.status is not PostStatus.PUBLISHED:
            raise PostNotFound
        author = found.author.id
        if not may_see_content((await self._family.sights.sights(viewer, [author]))[author]):
            raise PostNotFound

    async def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        connection = self._connection
        if connection is None:
            raise AdapterClosed("the likes are closed")
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._thread, work, connection)
        except sqlite3.OperationalError as error:
            raise AdapterUnavailable("the likes cannot be reached") from error


def _change(connection: sqlite3.Connection, statement: str, row: tuple[object, ...]) -> LikeOutcome:
    with connection:
        changed = connection.execute(statement, row).rowcount == 1
        (count,) = connection.execute(COUNT, row[:1]).fetchone()
    return LikeOutcome(changed=changed, like_count=count)


def _is_listed(sight: Sight | None) -> bool:
    if sight is None or not sight.is_active:
        return False
    return not (sight.blocked_by or sight.relationship.blocking)
