"""Rows of posts as the core knows them."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from instagram_core.accounts.model import UserId
from instagram_core.media.model import MediaId, Picture
from instagram_core.posts.model import Post, PostId, PostMedia, PostStatus
from instagram_postgres.pool import Row

POST_COLUMNS: Final = """
    post.id, post.author_id, post.caption, post.location, post.status,
    post.uploaded_at, post.shared_at,
    (SELECT json_agg(json_build_array(id, stem, width, height, placeholder, encodings, alt_text)
                     ORDER BY place)
       FROM post_media WHERE post_id = post.id)
"""
"""What `post_from` takes, of `posts AS post`."""

REVISION: Final = "post.xmin, post.ctid, users.xmin, users.ctid"
"""Other values whenever a row of `posts AS post` or of `users` is another version.

Each version has a transaction, and those of one transaction have places of their own. Media need
none: a post's come with its publication, and stay. To be read in binary form, as opaque bytes.
"""

REVISION_WIDTH: Final = 4
"""How many columns REVISION is."""

POST_WIDTH: Final = 8
"""How many columns POST_COLUMNS are."""


def post_from(row: Row) -> Post:
    """Give the post that POST_COLUMNS describe."""
    id, author, caption, location, status, uploaded_at, shared_at, media = row
    return Post(
        id=PostId(id),
        author_id=UserId(author),
        caption=caption,
        location=location,
        status=PostStatus(status),
        media=tuple(_media_from(values) for values in media or ()),
        uploaded_at=uploaded_at,
        shared_at=shared_at,
    )


def _media_from(values: Sequence[Any]) -> PostMedia:
    id, stem, width, height, placeholder, encodings, alt_text = values
    picture = Picture(
        stem=stem,
        width=width,
        height=height,
        placeholder=placeholder,
        encodings=tuple(encodings),
    )
    return PostMedia(id=MediaId(UUID(id)), picture=picture, alt_text=alt_text)
