"""Captions from before there were hashtags, or of a release that knew none, read once."""

import json
from typing import Final
from uuid import UUID

from instagram_core.posts.hashtags import hashtags_in
from instagram_postgres.pool import Connection

_BATCH: Final = 500

_UNREAD: Final = """
    SELECT id, caption FROM posts WHERE hashtags IS NULL AND id > %s ORDER BY id LIMIT %s
"""
_READ: Final = """
    UPDATE posts SET hashtags = read.hashtags
      FROM jsonb_to_recordset(%s::jsonb) AS read (id uuid, caption text, hashtags text[])
     WHERE posts.id = read.id AND posts.caption = read.caption AND posts.hashtags IS NULL
"""


async def read_captions(connection: Connection) -> None:
    """Write the hashtags of every post beside its caption where they are missing. Idempotent.

    Others may write posts meanwhile; a batch is a statement of its own.
    """
    after = UUID(int=0)
    while True:
        rows = await (await connection.execute(_UNREAD, (after, _BATCH))).fetchall()
        if not rows:
            return
        read = [
            {"id": str(post), "caption": caption, "hashtags": hashtags_in(caption)}
            for post, caption in rows
        ]
        await connection.execute(_READ, (json.dumps(read),))
        after = rows[-1][0]
