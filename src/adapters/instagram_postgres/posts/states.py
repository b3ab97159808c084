"""What one viewer has to do with many posts."""

from collections.abc import Iterable, Mapping
from typing import Final

from instagram_core.accounts.model import UserId
from instagram_core.posts.model import PostId, PostState
from instagram_core.posts.ports import ViewerState
from instagram_postgres.database import PostgresDatabase
from instagram_postgres.posts.rows import REVISION
from instagram_postgres.visibility import SIGHT_COLUMNS, sight_from

_STATES: Final = f"""
    SELECT post.id, post.author_id,
           (SELECT coalesce(sum(likes), 0)::bigint FROM like_slots WHERE post_id = post.id),
           (SELECT true FROM likes
             WHERE user_id = %(viewer)s AND post_id = post.id) IS NOT NULL,
           {REVISION},
           {SIGHT_COLUMNS}
      FROM posts AS post JOIN users ON users.id = post.author_id
     CROSS JOIN LATERAL sight_of(%(viewer)s::uuid, post.author_id) AS sight
     WHERE post.id = ANY (%(posts)s::uuid[])
"""


class PostgresViewerState(ViewerState):
    """Reads what one viewer has to do with posts."""

    def __init__(self, database: PostgresDatabase) -> None:
        """Read from `database`."""
        self._database = database

    async def states(
        self, viewer: UserId | None, posts: Iterable[PostId]
    ) -> Mapping[PostId, PostState]:
        """Give counts, marks and sights, of posts of any status."""
        parameters = {"viewer": viewer, "posts": list(posts)}
        rows = await self._database.fetch(_STATES, parameters, repeatable=True)
        return {
            PostId(post): PostState(
                sight=sight_from(viewer, UserId(author), tuple(facts)),
                like_count=like_count,
                is_liked=is_liked,
                revision=revision,
            )
            for post, author, like_count, is_liked, revision, *facts in rows
        }
