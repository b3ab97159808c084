"""What a deleted account leaves behind, removed bit by bit."""

from collections.abc import Mapping
from typing import Final

from instagram_core.accounts.model import UserId
from instagram_core.accounts.ports import AccountEraser
from instagram_core.media.ports import AvatarRepository
from instagram_core.posts.model import PostId
from instagram_core.posts.ports import PostRepository
from instagram_postgres.database import PostgresDatabase

_MOST: Final = 500  # of one statement: pairs and posts stay locked until it ends


def _between_people(table: str, one: str, other: str, *, key: str) -> str:
    """Give a statement that removes rows of a table that name a person on either side."""
    return f"""
        WITH removed AS (
            DELETE FROM {table}
             WHERE ({key}) IN (
                       SELECT {key} FROM {table}
                        WHERE {one} = %(user)s OR {other} = %(user)s
                        LIMIT %(most)s
                   )
            RETURNING 1
        )
        SELECT count(*) FROM removed
    """


_IS_DELETED: Final = "SELECT 1 FROM users WHERE id = %(user)s AND standing = 'deleted'"
_WAIT: Final = "SELECT wait_for_acts_of(%(user)s)"
_REQUESTS: Final = _between_people(
    "follow_requests", "follower_id", "followee_id", key="followee_id, follower_id"
)
_FOLLOWS: Final = "SELECT erase_follows(%(user)s, %(most)s)"
_LIKES: Final = """
    SELECT count(*)
      FROM (SELECT post_id FROM likes WHERE user_id = %(user)s ORDER BY post_id LIMIT %(most)s)
           AS liked
      LEFT JOIN LATERAL unlike_post(%(user)s, liked.post_id) ON true
"""
_LISTS: Final = _between_people(
    "personal_lists", "owner_id", "member_id", key="owner_id, list, member_id"
)
_VISITS: Final = _between_people(
    "profile_visits", "viewer_id", "owner_id", key="viewer_id, owner_id"
)
_BLOCKS: Final = _between_people("blocks", "blocker_id", "blocked_id", key="blocker_id, blocked_id")
_SESSIONS: Final = """
    WITH removed AS (
        DELETE FROM sessions
         WHERE id IN (SELECT id FROM sessions WHERE user_id = %(user)s LIMIT %(most)s)
        RETURNING 1
    )
    SELECT count(*) FROM removed
"""
_DELIVERY: Final = """
    WITH removed AS (
        DELETE FROM author_deliveries WHERE author_id = %(user)s RETURNING 1
    )
    SELECT count(*) FROM removed
"""
_STATEMENTS: Final = (
    _REQUESTS,  # before follows: whoever accepts one meanwhile makes a follow of it
    _FOLLOWS,
    _DELIVERY,  # after follows: without followers nobody crosses again
    _LIKES,
    _LISTS,
    _VISITS,
    _BLOCKS,
    _SESSIONS,
)
"""Each removes up to `most` rows, keeps counts right, and gives how many it removed."""

_POSTS: Final = "SELECT id FROM posts WHERE author_id = %(user)s LIMIT %(most)s"
_BLANK: Final = """
    UPDATE users
       SET email = '', email_key = NULL, password_hash = '', display_name = '', bio = '',
           website = ''
     WHERE id = %(user)s AND email_key IS NOT NULL
"""


class PostgresAccountEraser(AccountEraser):
    """Erases deleted accounts.

    Every step is a transaction of its own, not to hold what it locked while it does the next.
    """

    def __init__(
        self, database: PostgresDatabase, posts: PostRepository, avatars: AvatarRepository
    ) -> None:
        """Erase from `database`; posts and avatars go as their repositories let them go."""
        self._database = database
        self._posts = posts
        self._avatars = avatars

    async def erase(self, user: UserId, limit: int) -> bool:
        """Remove up to about `limit` rows; the account's own texts come last."""
        if await self._database.fetch_one(_IS_DELETED, {"user": user}, repeatable=True) is None:
            return True
        await self._database.execute(_WAIT, {"user": user}, repeatable=True)
        left = limit
        for statement in _STATEMENTS:
            left -= await self._removed(statement, user, left)
            if left <= 0:
                return False
        left -= await self._remove_posts(user, left)
        if left <= 0:
            return False
        await self._avatars.clear(user)
        await self._database.execute(_BLANK, {"user": user}, repeatable=True)
        return True

    async def _removed(self, statement: str, user: UserId, limit: int) -> int:
        removed = 0
        while removed < limit:
            most = min(limit - removed, _MOST)
            row = await self._database.fetch_one(statement, _about(user, most))
            count = 0 if row is None else int(row[0])
            removed += count
            if count < most:
                break
        return removed

    async def _remove_posts(self, user: UserId, limit: int) -> int:
        rows = await self._database.fetch(_POSTS, _about(user, limit), repeatable=True)
        for (post,) in rows:
            await self._posts.delete(PostId(post))
        return len(rows)


def _about(user: UserId, most: int) -> Mapping[str, object]:
    return {"user": user, "most": most}
