"""Likes: each change is one call of a function of migration 0004, which says why."""

from typing import Final

from instagram_core.accounts.model import UserId
from instagram_core.kernel.paging import Page, Position
from instagram_core.likes.events import PostLiked, PostUnliked
from instagram_core.likes.model import Like, LikeOutcome
from instagram_core.likes.ports import LikeRepository
from instagram_core.posts.errors import PostNotFound
from instagram_core.posts.model import PostId
from instagram_postgres.database import Parameters, PostgresDatabase
from instagram_postgres.job_rows import INSERT_EVENT, JobRows
from instagram_postgres.pages import older_than, page_of

_ADD: Final = f"""
    WITH outcome AS (
        SELECT changed, like_count
          FROM enter_as(%(user)s) AS may_act
         CROSS JOIN LATERAL like_post(
               CASE WHEN may_act THEN %(user)s::uuid END, %(post)s, %(at)s)
         WHERE may_act
    ),
    announced AS (
        {INSERT_EVENT} WHERE EXISTS (SELECT FROM outcome WHERE changed)
    )
    SELECT changed, like_count FROM outcome
"""
_REMOVE: Final = f"""
    WITH outcome AS (
        SELECT changed, like_count FROM unlike_post(%(user)s, %(post)s)
    ),
    announced AS (
        {INSERT_EVENT} WHERE EXISTS (SELECT FROM outcome WHERE changed)
    )
    SELECT changed, like_count FROM outcome
"""
_LIKERS: Final = """
    SELECT liked_at, user_id FROM likes
     WHERE post_id = %(post)s
       AND (liked_at, user_id) < (%(before_at)s, %(before_id)s)
       AND is_listed(user_id, %(viewer)s)
     ORDER BY liked_at DESC, user_id DESC
     LIMIT %(rows)s
"""


class PostgresLikeRepository(LikeRepository):
    """Keeps likes, and their count in slots beside them."""

    def __init__(self, database: PostgresDatabase, job_rows: JobRows) -> None:
        """Keep them in `database`; `job_rows` makes the events that go with changes."""
        self._database = database
        self._job_rows = job_rows

    async def add(self, like: Like, announce: PostLiked | None = None) -> LikeOutcome:
        """Like a published post that the policy shows to the user."""
        parameters = {
            "user": like.user_id,
            "post": like.post_id,
            "at": like.at,
            **self._job_rows.one(announce),
        }
        return await self._outcome(_ADD, parameters)

    async def remove(
        self, user: UserId, post: PostId, announce: PostUnliked | None = None
    ) -> LikeOutcome:
        """Take a like back; whoever has none must be able to see the post."""
        parameters = {"user": user, "post": post, **self._job_rows.one(announce)}
        return await self._outcome(_REMOVE, parameters)

    async def likers(
        self, post: PostId, viewer: UserId | None, after: Position | None, limit: int
    ) -> Page[UserId]:
        """Give who likes the post."""
        parameters = {"post": post, "viewer": viewer, **older_than(after, limit)}
        rows = await self._database.fetch(_LIKERS, parameters, repeatable=True)
        return page_of(rows, limit, lambda row: UserId(row[1]))

    async def _outcome(self, sql: str, parameters: Parameters) -> LikeOutcome:
        row = await self._database.fetch_one(sql, parameters)
        if row is None:
            raise self._database.refusal(PostNotFound())
        changed, like_count = row
        return LikeOutcome(changed=changed, like_count=int(like_count))
