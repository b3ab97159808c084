"""Posts as their authors make, change and remove them, and as everybody reads them."""

import json
from collections.abc import Iterable, Mapping
from typing import Final

from instagram_core.accounts.errors import UserNotFound
from instagram_core.accounts.model import UserId
from instagram_core.kernel.paging import Page, Position
from instagram_core.kernel.unset import UNSET
from instagram_core.media.events import MediaDiscarded
from instagram_core.media.model import Original
from instagram_core.posts.events import PostDeleted, PostSubmitted
from instagram_core.posts.hashtags import hashtags_in
from instagram_core.posts.model import NewPost, Post, PostChange, PostId, SharedPost
from instagram_core.posts.ports import PostRepository
from instagram_postgres.database import PostgresDatabase
from instagram_postgres.job_rows import INSERT_EVENT, JobRows
from instagram_postgres.packed import array_of
from instagram_postgres.pages import older_than, page_of
from instagram_postgres.posts.rows import (
    POST_COLUMNS,
    POST_WIDTH,
    REVISION,
    REVISION_WIDTH,
    post_from,
)
from instagram_postgres.user_rows import USER_COLUMNS, user_of

# The author's row is held so that no post outlives the erasing of a deleted account.
_ADD: Final = f"""
    WITH author AS (
        SELECT id FROM users WHERE id = %(author)s AND standing = 'active' FOR SHARE
    ),
    added AS (
        INSERT INTO posts (id, author_id, caption, hashtags, location, uploaded_at)
        SELECT %(post)s, id, %(caption)s, %(hashtags)s, %(location)s, %(uploaded_at)s FROM author
        RETURNING id
    ),
    originals AS (
        INSERT INTO post_originals (post_id, place, stem, format, width, height, alt_text)
        SELECT added.id, place, stem, format, width, height, alt_text
          FROM added, jsonb_to_recordset(%(originals)s::jsonb)
               AS original (place smallint, stem text, format text,
                            width integer, height integer, alt_text text)
    ),
    announced AS (
        {INSERT_EVENT} WHERE EXISTS (SELECT FROM added)
    )
    SELECT true FROM added
"""
_GET_MANY: Final = f"""
    SELECT {REVISION}, {POST_COLUMNS}, {USER_COLUMNS}
      FROM posts AS post JOIN users ON users.id = author_id
     WHERE post.id = ANY ((SELECT %(posts)s::uuid[])::uuid[]) AND standing <> 'deleted'
"""
_AUTHOR: Final = REVISION_WIDTH + POST_WIDTH  # where the author begins in a row of _GET_MANY
_EDIT: Final = f"""
    UPDATE posts AS post
       SET caption = coalesce(%(caption)s::text, caption),
           hashtags = coalesce(%(hashtags)s::text[], hashtags),
           location = coalesce(%(location)s::text, location)
     WHERE id = %(post)s AND author_id = %(author)s
    RETURNING {POST_COLUMNS}
"""
_DELETE: Final = """
    WITH deleted AS (
        SELECT author, shared, stems FROM delete_post(%(post)s, %(author)s)
    ),
    announced AS (
        INSERT INTO jobs (id, queue, kind, payload, run_at, created_at)
        SELECT gen_random_uuid(), %(deleted_queue)s, %(deleted_kind)s,
               jsonb_build_object('post_id', %(post)s::uuid, 'author_id', author,
                                  'shared_at', shared),
               %(now)s::bigint, %(now)s
          FROM deleted
         UNION ALL
        SELECT gen_random_uuid(), %(discarded_queue)s, %(discarded_kind)s,
               jsonb_build_object('stems', stems),
               %(now)s, %(now)s
          FROM deleted
    )
    SELECT true FROM deleted
"""
_PAGE: Final = """
    SELECT shared_at, id FROM posts
     WHERE author_id = %(author)s
       AND (shared_at, id) < (%(before_at)s, %(before_id)s)
     ORDER BY shared_at DESC, id DESC
     LIMIT %(rows)s
"""


class PostgresPostRepository(PostRepository):
    """Keeps posts."""

    def __init__(self, database: PostgresDatabase, job_rows: JobRows) -> None:
        """Keep them in `database`; `job_rows` makes the events that go with changes."""
        self._database = database
        self._job_rows = job_rows

    async def add(self, post: NewPost, announce: PostSubmitted) -> None:
        """Store a post that is processing."""
        parameters = {
            "post": post.id,
            "author": post.author_id,
            "caption": post.caption,
            "hashtags": list(hashtags_in(post.caption)),
            "location": post.location,
            "uploaded_at": post.uploaded_at,
            "originals": _originals(post.originals),
            **self._job_rows.one(announce),
        }
        if not await self._database.fetch(_ADD, parameters):
            raise self._database.refusal(UserNotFound())

    async def get_many(self, posts: Iterable[PostId]) -> Mapping[PostId, SharedPost]:
        """Give posts whose author is not deleted."""
        parameters = {"posts": array_of(posts)}
        rows = await self._database.fetch(_GET_MANY, parameters, repeatable=True, binary=True)
        shared = [
            SharedPost(
                post=post_from(row[REVISION_WIDTH:_AUTHOR]),
                author=user_of(row[_AUTHOR:]),
                revision=row[:REVISION_WIDTH],
            )
            for row in rows
        ]
        return {each.post.id: each for each in shared}

    async def edit(self, post: PostId, author: UserId, change: PostChange) -> Post | None:
        """Change what is set."""
        caption = None if change.caption is UNSET else change.caption
        parameters = {
            "post": post,
            "author": author,
            "caption": caption,
            "hashtags": None if caption is None else list(hashtags_in(caption)),
            "location": None if change.location is UNSET else change.location,
        }
        row = await self._database.fetch_one(_EDIT, parameters, repeatable=True)
        return None if row is None else post_from(row)

    async def delete(self, post: PostId, author: UserId | None = None) -> bool:
        """Remove a post with everything that hangs on it."""
        parameters = {
            "post": post,
            "author": author,
            "deleted_queue": PostDeleted.queue,
            "deleted_kind": PostDeleted.kind,
            "discarded_queue": MediaDiscarded.queue,
            "discarded_kind": MediaDiscarded.kind,
            "now": self._job_rows.now(),
        }
        return bool(await self._database.fetch(_DELETE, parameters))

    async def page(self, author: UserId, after: Position | None, limit: int) -> Page[PostId]:
        """Give the author's published posts."""
        parameters = {"author": author, **older_than(after, limit)}
        rows = await self._database.fetch(_PAGE, parameters, repeatable=True)
        return page_of(rows, limit, lambda row: PostId(row[1]))


def _originals(originals: Iterable[Original]) -> str:
    return json.dumps(
        [
            {
                "place": place,
                "stem": original.stem,
                "format": original.info.format.value,
                "width": original.info.width,
                "height": original.info.height,
                "alt_text": original.alt_text,
            }
            for place, original in enumerate(originals)
        ]
    )
