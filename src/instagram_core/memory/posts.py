"""Posts, from upload to deletion."""

from collections.abc import Iterable, Mapping

import attrs

from instagram_core.accounts.errors import UserNotFound
from instagram_core.accounts.model import Standing, UserId
from instagram_core.feed.model import Delivery
from instagram_core.kernel.paging import Page, Position
from instagram_core.media.events import MediaDiscarded
from instagram_core.media.model import Original
from instagram_core.memory.changes import what_is_set
from instagram_core.memory.database import Database
from instagram_core.memory.feed.delivery import delivery_of
from instagram_core.memory.pages import newest_first
from instagram_core.memory.tables import Counter, PostRow, Tables
from instagram_core.memory.visibility import is_active, sight
from instagram_core.posts.errors import PostNotFailedError, PostNotFound
from instagram_core.posts.events import PostDeleted, PostFailed, PostPublished, PostSubmitted
from instagram_core.posts.model import (
    NewPost,
    Post,
    PostChange,
    PostId,
    PostMedia,
    PostState,
    PostStatus,
    PublishOutcome,
    SharedPost,
)
from instagram_core.posts.ports import PostProcessing, PostRepository, ViewerState


class InMemoryPostRepository(PostRepository):
    """Keeps posts."""

    def __init__(self, database: Database) -> None:
        """Keep them in `database`."""
        self._database = database

    async def add(self, post: NewPost, announce: PostSubmitted) -> None:
        """Store a post that is processing."""
        async with self._database.work() as tables:
            if not is_active(tables, post.author_id):
                raise UserNotFound
            stored = Post(
                id=post.id,
                author_id=post.author_id,
                caption=post.caption,
                location=post.location,
                uploaded_at=post.uploaded_at,
            )
            tables.posts[post.id] = PostRow(post=stored, originals=post.originals)
            self._database.record(announce)

    async def get_many(self, posts: Iterable[PostId]) -> Mapping[PostId, SharedPost]:
        """Give posts whose author is not deleted."""
        async with self._database.work() as tables:
            rows = {post: row for post in posts if (row := tables.posts.get(post))}
            shared = {post: _shared(tables, row) for post, row in rows.items()}
            return {
                post: found
                for post, found in shared.items()
                if found.author.standing is not Standing.DELETED
            }

    async def edit(self, post: PostId, author: UserId, change: PostChange) -> Post | None:
        """Change what is set."""
        async with self._database.work() as tables:
            row = tables.posts.get(post)
            if row is None or row.post.author_id != author:
                return None
            edited = attrs.evolve(row.post, **what_is_set(change))
            tables.posts[post] = attrs.evolve(row, post=edited)
            return edited

    async def delete(self, post: PostId, author: UserId | None = None) -> bool:
        """Remove a post with everything that hangs on it."""
        async with self._database.work() as tables:
            row = tables.posts.get(post)
            if row is None or author not in {None, row.post.author_id}:
                return False
            remove_post(self._database, tables, row)
            return True

    async def page(self, author: UserId, after: Position | None, limit: int) -> Page[PostId]:
        """Give the author's published posts."""
        async with self._database.work() as tables:
            posts = (row.post for row in tables.posts.values() if row.post.author_id == author)
            rows = ((post.position, post.id) for post in posts if post.position is not None)
            return newest_first(rows, after, limit)


class InMemoryPostProcessing(PostProcessing):
    """Leads posts to publication."""

    def __init__(self, database: Database) -> None:
        """Work on the posts of `database`."""
        self._database = database

    async def originals(self, post: PostId) -> tuple[Original, ...] | None:
        """Give the originals of a processing post."""
        async with self._database.work() as tables:
            row = _processing(tables, post)
            return None if row is None else row.originals

    async def publish(self, post: PostId, media: tuple[PostMedia, ...], at: int) -> PublishOutcome:
        """Publish a processing post.

        A failed one answers ALREADY: its files are in use, for a retry.
        """
        async with self._database.work() as tables:
            if post not in tables.posts:
                return PublishOutcome.GONE
            row = _processing(tables, post)
            if row is None:
                return PublishOutcome.ALREADY
            author = row.post.author_id
            published = attrs.evolve(
                row.post, status=PostStatus.PUBLISHED, media=media, shared_at=at
            )
            tables.posts[post] = attrs.evolve(row, post=published)
            tables.count(Counter.POSTS, author, +1)
            self._database.record(
                PostPublished(
                    post_id=post,
                    author_id=author,
                    shared_at=at,
                    is_pushed=delivery_of(tables, author) is not Delivery.PULL,
                )
            )
            return PublishOutcome.PUBLISHED

    async def fail(self, post: PostId, reason: str) -> bool:
        """Mark a processing post as failed."""
        async with self._database.work() as tables:
            row = _processing(tables, post)
            if row is None:
                return False
            failed = attrs.evolve(row.post, status=PostStatus.FAILED)
            tables.posts[post] = attrs.evolve(row, post=failed, failure=reason)
            self._database.record(PostFailed(post_id=post, author_id=row.post.author_id))
            return True

    async def retry(self, announce: PostSubmitted, author: UserId) -> None:
        """Make a failed post processing again."""
        async with self._database.work() as tables:
            row = tables.posts.get(announce.post_id)
            if row is None or row.post.author_id != author:
                raise PostNotFound
            if row.post.status is not PostStatus.FAILED:
                raise PostNotFailedError
            waiting = attrs.evolve(row.post, status=PostStatus.PROCESSING)
            tables.posts[announce.post_id] = attrs.evolve(row, post=waiting, failure=None)
            self._database.record(announce)


class InMemoryViewerState(ViewerState):
    """Reads what one viewer has to do with posts."""

    def __init__(self, database: Database) -> None:
        """Read from `database`."""
        self._database = database

    async def states(
        self, viewer: UserId | None, posts: Iterable[PostId]
    ) -> Mapping[PostId, PostState]:
        """Give counts, marks and sights, of posts of any status."""
        async with self._database.work() as tables:
            states = {post: _state(tables, viewer, post) for post in posts}
            return {post: state for post, state in states.items() if state is not None}


def remove_post(database: Database, tables: Tables, row: PostRow) -> None:
    """Remove a post with its likes, its counters and its place in the author's count."""
    post = row.post
    for like in [like for like in tables.likes if like[0] == post.id]:
        del tables.likes[like]
    tables.counters.pop((Counter.LIKES, post.id), None)
    if post.status is PostStatus.PUBLISHED:
        tables.count(Counter.POSTS, post.author_id, -1)
    del tables.posts[post.id]
    database.record(
        PostDeleted(post_id=post.id, author_id=post.author_id, shared_at=post.shared_at),
        MediaDiscarded(stems=row.stems()),
    )


def _shared(tables: Tables, row: PostRow) -> SharedPost:
    author = tables.accounts[row.post.author_id].user
    return SharedPost(post=row.post, author=author, revision=(row.post, author))


def _processing(tables: Tables, post: PostId) -> PostRow | None:
    row = tables.posts.get(post)
    return row if row is not None and row.post.status is PostStatus.PROCESSING else None


def _state(tables: Tables, viewer: UserId | None, post: PostId) -> PostState | None:
    row = tables.posts.get(post)
    seen = None if row is None else sight(tables, viewer, row.post.author_id)
    if row is None or seen is None:
        return None
    return PostState(
        sight=seen,
        like_count=tables.counted(Counter.LIKES, post),
        is_liked=(post, viewer) in tables.likes,
        revision=_shared(tables, row).revision,
    )
