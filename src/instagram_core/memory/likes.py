"""Likes of posts."""

from instagram_core.accounts.model import UserId
from instagram_core.kernel.paging import Page, Position
from instagram_core.likes.events import PostLiked, PostUnliked
from instagram_core.likes.model import Like, LikeOutcome
from instagram_core.likes.ports import LikeRepository
from instagram_core.memory.database import Database
from instagram_core.memory.pages import newest_first
from instagram_core.memory.tables import Counter, Tables
from instagram_core.memory.visibility import is_deleted, is_listed, sight
from instagram_core.posts.errors import PostNotFound
from instagram_core.posts.model import PostId, PostStatus
from instagram_core.visibility.policy import may_see_content


class InMemoryLikeRepository(LikeRepository):
    """Keeps likes, and their count beside them."""

    def __init__(self, database: Database) -> None:
        """Keep them in `database`."""
        self._database = database

    async def add(self, like: Like, announce: PostLiked | None = None) -> LikeOutcome:
        """Like a published post that the policy shows to the user."""
        async with self._database.work() as tables:
            if is_deleted(tables, like.user_id):
                raise PostNotFound
            _check_visible(tables, like.user_id, like.post_id)
            is_new = (like.post_id, like.user_id) not in tables.likes
            if is_new:
                tables.likes[like.post_id, like.user_id] = like.at
                tables.count(Counter.LIKES, like.post_id, +1)
                self._database.record(announce)
            return _outcome(tables, like.post_id, changed=is_new)

    async def remove(
        self, user: UserId, post: PostId, announce: PostUnliked | None = None
    ) -> LikeOutcome:
        """Take a like back; whoever has none must be able to see the post."""
        async with self._database.work() as tables:
            has_ended = end_like(tables, user, post)
            if has_ended:
                self._database.record(announce)
            else:
                _check_visible(tables, user, post)
            return _outcome(tables, post, changed=has_ended)

    async def likers(
        self, post: PostId, viewer: UserId | None, after: Position | None, limit: int
    ) -> Page[UserId]:
        """Give who likes the post."""
        async with self._database.work() as tables:
            rows = (
                (Position(at, user), user)
                for (liked, user), at in tables.likes.items()
                if liked == post and is_listed(tables, viewer, user)
            )
            return newest_first(rows, after, limit)


def end_like(tables: Tables, user: UserId, post: PostId) -> bool:
    """Remove a like from the rows and from the count; False when there is none."""
    if tables.likes.pop((post, user), None) is None:
        return False
    tables.count(Counter.LIKES, post, -1)
    return True


def _check_visible(tables: Tables, viewer: UserId, post: PostId) -> None:
    row = tables.posts.get(post)
    if row is None or row.post.status is not PostStatus.PUBLISHED:
        raise PostNotFound
    seen = sight(tables, viewer, row.post.author_id)
    if seen is None or not may_see_content(seen):
        raise PostNotFound


def _outcome(tables: Tables, post: PostId, *, changed: bool) -> LikeOutcome:
    return LikeOutcome(changed=changed, like_count=tables.counted(Counter.LIKES, post))
