"""Posts on their way to publication. Each statement locks the post's row first and acts by it."""

import json
from collections.abc import Iterable
from typing import Final

from instagram_core.accounts.model import UserId
from instagram_core.media.model import ImageFormat, ImageInfo, Original
from instagram_core.posts.errors import PostNotFailedError, PostNotFound
from instagram_core.posts.events import PostFailed, PostPublished, PostSubmitted
from instagram_core.posts.model import PostId, PostMedia, PostStatus, PublishOutcome
from instagram_core.posts.ports import PostProcessing
from instagram_postgres.database import PostgresDatabase
from instagram_postgres.job_rows import INSERT_EVENT, JobRows
from instagram_postgres.pool import Row

_ORIGINALS: Final = """
    SELECT stem, format, width, height, alt_text
      FROM posts LEFT JOIN post_originals ON post_id = id
     WHERE id = %(post)s AND status = 'processing'
     ORDER BY place
"""
_PUBLISH: Final = """
    WITH locked AS (
        SELECT id, status FROM posts WHERE id = %(post)s FOR NO KEY UPDATE
    ),
    published AS (
        UPDATE posts SET status = 'published', shared_at = %(at)s
          FROM locked
         WHERE posts.id = locked.id AND locked.status = 'processing'
        RETURNING posts.id, author_id
    ),
    pictures AS (
        INSERT INTO post_media
               (id, post_id, place, stem, width, height, placeholder, encodings, alt_text)
        SELECT media.id, published.id, place, stem, width, height, placeholder, encodings, alt_text
          FROM published, jsonb_to_recordset(%(media)s::jsonb)
               AS media (id uuid, place smallint, stem text, width integer, height integer,
                         placeholder text, encodings text[], alt_text text)
    ),
    delivered AS MATERIALIZED (
        SELECT delivery
          FROM author_deliveries JOIN published USING (author_id)
           FOR SHARE OF author_deliveries
    ),
    counted AS (
        SELECT count_posts(author_id, 1) FROM published
    ),
    announced AS (
        INSERT INTO jobs (id, queue, kind, payload, run_at, created_at)
        SELECT gen_random_uuid(), %(queue)s, %(kind)s,
               jsonb_build_object('post_id', id, 'author_id', author_id,
                                  'shared_at', %(at)s::bigint,
                                  'is_pushed',
                                  coalesce((SELECT delivery <> 'pull' FROM delivered), true)),
               %(now)s, %(now)s
          FROM published
    )
    SELECT status, (SELECT count(*) FROM counted) FROM locked
"""
_FAIL: Final = """
    WITH failed AS (
        UPDATE posts SET status = 'failed', failure = %(reason)s
         WHERE id = %(post)s AND status = 'processing'
        RETURNING id, author_id
    ),
    announced AS (
        INSERT INTO jobs (id, queue, kind, payload, run_at, created_at)
        SELECT gen_random_uuid(), %(queue)s, %(kind)s,
               jsonb_build_object('post_id', id, 'author_id', author_id), %(now)s, %(now)s
          FROM failed
    )
    SELECT true FROM failed
"""
_RETRY: Final = f"""
    WITH locked AS (
        SELECT id, status FROM posts
         WHERE id = %(post)s AND author_id = %(author)s FOR NO KEY UPDATE
    ),
    retried AS (
        UPDATE posts SET status = 'processing', failure = NULL
          FROM locked
         WHERE posts.id = locked.id AND locked.status = 'failed'
        RETURNING true
    ),
    announced AS (
        {INSERT_EVENT} WHERE EXISTS (SELECT FROM retried)
    )
    SELECT status FROM locked
"""


class PostgresPostProcessing(PostProcessing):
    """Leads posts to publication."""

    def __init__(self, database: PostgresDatabase, job_rows: JobRows) -> None:
        """Work on the posts of `database`; `job_rows` makes the events that go with changes."""
        self._database = database
        self._job_rows = job_rows

    async def originals(self, post: PostId) -> tuple[Original, ...] | None:
        """Give the originals of a processing post."""
        rows = await self._database.fetch(_ORIGINALS, {"post": post}, repeatable=True)
        return tuple(_original_from(row) for row in rows if row[0] is not None) if rows else None

    async def publish(self, post: PostId, media: tuple[PostMedia, ...], at: int) -> PublishOutcome:
        """Publish a processing post.

        A failed one answers ALREADY: its files are in use, for a retry.
        """
        parameters = {
            "post": post,
            "at": at,
            "media": _media(media),
            "queue": PostPublished.queue,
            "kind": PostPublished.kind,
            "now": self._job_rows.now(),
        }
        row = await self._database.fetch_one(_PUBLISH, parameters)
        if row is None:
            return PublishOutcome.GONE
        was_processing = row[0] == PostStatus.PROCESSING
        return PublishOutcome.PUBLISHED if was_processing else PublishOutcome.ALREADY

    async def fail(self, post: PostId, reason: str) -> bool:
        """Mark a processing post as failed."""
        parameters = {
            "post": post,
            "reason": reason,
            "queue": PostFailed.queue,
            "kind": PostFailed.kind,
            "now": self._job_rows.now(),
        }
        return bool(await self._database.fetch(_FAIL, parameters))

    async def retry(self, announce: PostSubmitted, author: UserId) -> None:
        """Make a failed post processing again."""
        parameters = {"post": announce.post_id, "author": author, **self._job_rows.one(announce)}
        row = await self._database.fetch_one(_RETRY, parameters)
        if row is None:
            raise self._database.refusal(PostNotFound())
        if row[0] != PostStatus.FAILED:
            raise self._database.refusal(PostNotFailedError())


def _media(media: Iterable[PostMedia]) -> str:
    return json.dumps(
        [
            {
                "id": str(each.id),
                "place": place,
                "stem": each.picture.stem,
                "width": each.picture.width,
                "height": each.picture.height,
                "placeholder": each.picture.placeholder,
                "encodings": each.picture.encodings,
                "alt_text": each.alt_text,
            }
            for place, each in enumerate(media)
        ]
    )


def _original_from(row: Row) -> Original:
    stem, format, width, height, alt_text = row  # noqa: A001 - the picture's own word
    info = ImageInfo(format=ImageFormat(format), width=width, height=height)
    return Original(stem=stem, info=info, alt_text=alt_text)
