"""What one viewer has to do with many posts."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from instagram_core.accounts.model import UserId
from instagram_core.posts.model import PostId, PostState
from instagram_core.posts.ports import ViewerState
from instagram_core.visibility.model import Relationship, Sight
from instagram_postgres.database import PostgresDatabase
from instagram_postgres.packed import array_of, uuid_of
from instagram_postgres.posts.rows import REVISION

# The same facts as `sight_of`, as bits: one number is cheaper to send and to read than ten truths.
# To oneself nobody is anything. Each fact is looked up by its key, as there. The array comes from a
# subquery so that its length is unknown whenever a plan is made: else the server makes one for each
# call, at twice its price, on a connection that was first asked for few posts.
_STATES: Final = f"""
    SELECT {REVISION},
           array_position(%(posts)s::uuid[], post.id), uuid_send(post.author_id),
           (SELECT sum(likes)::bigint FROM like_slots WHERE post_id = post.id),
           coalesce((SELECT 1 FROM likes WHERE user_id = %(viewer)s AND post_id = post.id), 0)
           + CASE WHEN users.standing = 'active' THEN 2 ELSE 0 END
           + CASE WHEN users.is_private THEN 4 ELSE 0 END
           + CASE WHEN post.author_id = %(viewer)s OR %(viewer)s::uuid IS NULL THEN 0 ELSE
             coalesce((SELECT 8 FROM follows
                        WHERE followee_id = post.author_id AND follower_id = %(viewer)s), 0)
             + coalesce((SELECT 16 FROM follow_requests
                          WHERE followee_id = post.author_id AND follower_id = %(viewer)s), 0)
             + coalesce((SELECT 64 FROM blocks
                          WHERE blocker_id = %(viewer)s AND blocked_id = post.author_id), 0)
             + coalesce((SELECT 512 FROM blocks
                          WHERE blocker_id = post.author_id AND blocked_id = %(viewer)s), 0)
             + coalesce((SELECT 32 FROM follows
                          WHERE followee_id = %(viewer)s AND follower_id = post.author_id), 0)
             + coalesce((SELECT 128 FROM personal_lists
                          WHERE owner_id = %(viewer)s AND list = 'mutes'
                            AND member_id = post.author_id), 0)
             + coalesce((SELECT 256 FROM personal_lists
                          WHERE owner_id = %(viewer)s AND list = 'close_friends'
                            AND member_id = post.author_id), 0)
             + coalesce((SELECT 1024 FROM personal_lists
                          WHERE owner_id = post.author_id AND list = 'close_friends'
                            AND member_id = %(viewer)s), 0)
             END
      FROM posts AS post JOIN users ON users.id = post.author_id
     WHERE post.id = ANY ((SELECT %(posts)s::uuid[])::uuid[]) AND users.standing <> 'deleted'
"""

_LIKED: Final = 1
_BETWEEN: Final = 8 + 16 + 32 + 64 + 128 + 256  # what an owner is to a viewer


class PostgresViewerState(ViewerState):
    """Reads what one viewer has to do with posts."""

    def __init__(self, database: PostgresDatabase) -> None:
        """Read from `database`."""
        self._database = database

    async def states(
        self, viewer: UserId | None, posts: Iterable[PostId]
    ) -> Mapping[PostId, PostState]:
        """Give counts, marks and sights, of posts of any status."""
        asked = tuple(posts)
        parameters = {"viewer": viewer, "posts": array_of(asked)}
        rows = await self._database.fetch(_STATES, parameters, repeatable=True, binary=True)
        return {
            asked[place - 1]: PostState(
                sight=_sight(viewer, UserId(uuid_of(author)), bits),
                like_count=likes or 0,
                is_liked=bool(bits & _LIKED),
                revision=tuple(revision),
            )
            for *revision, place, author, likes, bits in rows
        }


def _sight(viewer: UserId | None, owner: UserId, bits: int) -> Sight:
    return Sight(
        owner=owner,
        viewer=viewer,
        is_active=bool(bits & 2),
        is_private=bool(bits & 4),
        relationship=_relationship(bits & _BETWEEN),
        blocked_by=bool(bits & 512),
        is_close_friend=bool(bits & 1024),
    )


@lru_cache(maxsize=None)  # noqa: UP033 - there are sixty-four of them
def _relationship(bits: int) -> Relationship:
    return Relationship(
        following=bool(bits & 8),
        requested=bool(bits & 16),
        followed_by=bool(bits & 32),
        blocking=bool(bits & 64),
        muting=bool(bits & 128),
        close_friend=bool(bits & 256),
    )
