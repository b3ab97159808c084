"""What likes need from outside."""

from abc import abstractmethod
from typing import Protocol

from instagram_core.accounts.model import UserId
from instagram_core.kernel.paging import Page, Position
from instagram_core.likes.events import PostLiked, PostUnliked
from instagram_core.likes.model import Like, LikeOutcome
from instagram_core.posts.model import PostId


class LikeRepository(Protocol):
    """Keeps likes and their exact count.

    At every moment without a running call the count equals the length of the list, whatever calls
    were interleaved or repeated. Every method is one round trip.
    """

    @abstractmethod
    async def add(self, like: Like, announce: PostLiked | None = None) -> LikeOutcome:
        """Like a post; a repeat changes nothing and keeps the first time.

        PostNotFound unless the post is published and the visibility policy lets the user see its
        author's content, and for whoever was deleted meanwhile. `announce` is recorded if and only
        if something changed.
        """

    @abstractmethod
    async def remove(
        self, user: UserId, post: PostId, announce: PostUnliked | None = None
    ) -> LikeOutcome:
        """Take a like back; a repeat changes nothing.

        Always possible for a like that is there; without one, PostNotFound when the user may not
        see the post. `announce` as in `add`.
        """

    @abstractmethod
    async def likers(
        self, post: PostId, viewer: UserId | None, after: Position | None, limit: int
    ) -> Page[UserId]:
        """Give who likes the post, newest `(at, user id)` first; empty for an unknown post.

        Left out: who is not active, and who blocks `viewer` or is blocked by them. Whether the
        viewer may see the post is not asked here.
        """
