"""The use cases of likes."""

import asyncio

from instagram_core.accounts.model import User, UserId
from instagram_core.accounts.ports import UserRepository
from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.kernel.paging import Page, Position
from instagram_core.kernel.reactions import Reactions
from instagram_core.likes.events import PostLiked, PostUnliked
from instagram_core.likes.model import Like, LikeOutcome
from instagram_core.likes.ports import LikeRepository
from instagram_core.posts.hydration import PostHydrator
from instagram_core.posts.model import PostId


class Likes:
    """Lets people like posts, any number of times with the effect of one."""

    def __init__(
        self,
        *,
        likes: LikeRepository,
        users: UserRepository,
        hydrator: PostHydrator,
        clock: Clock,
        reactions: Reactions,
    ) -> None:
        """Work on these."""
        self._likes = likes
        self._users = users
        self._hydrator = hydrator
        self._clock = clock
        self._reactions = reactions

    async def like(self, user: UserId, post: PostId) -> LikeOutcome:
        """Like a post. One round trip: permission, like, count and event.

        - A repeat changes nothing and says so.
        - PostNotFound when the post is not there or not visible to the user.
        """
        like = Like(user_id=user, post_id=post, at=to_milliseconds(self._clock.now()))
        liked = PostLiked(post_id=post, user_id=user)
        outcome = await self._likes.add(like, liked)
        if outcome.changed:
            await self._reactions.to(liked)
        return outcome

    async def unlike(self, user: UserId, post: PostId) -> LikeOutcome:
        """Take a like back; a repeat changes nothing and says so.

        One's own like can always be taken back; otherwise errors as for `like`.
        """
        unliked = PostUnliked(post_id=post, user_id=user)
        outcome = await self._likes.remove(user, post, unliked)
        if outcome.changed:
            await self._reactions.to(unliked)
        return outcome

    async def likers(
        self, viewer: UserId | None, post: PostId, after: Position | None, limit: int
    ) -> Page[User]:
        """Give who likes a post, newest first.

        - PostNotFound when the viewer may not see the post.
        - People in a block with the viewer are left out; the count stays the same for all.
        """
        _, page = await asyncio.gather(
            self._hydrator.view(viewer, post),
            self._likes.likers(post, viewer, after, limit),
        )
        found = await self._users.get_many(page.items) if page.items else {}
        return Page(tuple(found[user] for user in page.items if user in found), page.next)
