"""Following people, asking to, and answering those who ask."""

from instagram_core.accounts.model import UserId
from instagram_core.graph.errors import FollowerNotFound, FollowRequestNotFound
from instagram_core.graph.events import Followed, FollowRequested, Unfollowed
from instagram_core.graph.model import FollowOutcome, FollowStatus
from instagram_core.graph.policy import checked_other
from instagram_core.graph.ports import FollowRepository
from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.kernel.reactions import Reactions


class Following:
    """Starts and ends follows. Every call is one round trip to the repository."""

    def __init__(self, *, follows: FollowRepository, clock: Clock, reactions: Reactions) -> None:
        """Work on these."""
        self._follows = follows
        self._clock = clock
        self._reactions = reactions

    async def follow(self, follower: UserId, followee: UserId) -> FollowOutcome:
        """Follow somebody, or ask to when their account is private.

        - A repeat changes nothing and says what is.
        - Oneself: InvalidError. Somebody one blocks: FollowBlockedError. Somebody who is not there,
          suspended, or blocks one: UserNotFound.
        """
        checked_other(follower, followee)
        followed = Followed(follower_id=follower, followee_id=followee)
        requested = FollowRequested(follower_id=follower, followee_id=followee)
        outcome = await self._follows.follow(followed, requested, self._now())
        if outcome.changed and outcome.status is FollowStatus.FOLLOWING:
            await self._reactions.to(followed)
        return outcome

    async def unfollow(self, follower: UserId, followee: UserId) -> FollowOutcome:
        """Stop following, or withdraw a request. Always possible, idempotent."""
        checked_other(follower, followee)
        return await self._end(Unfollowed(follower_id=follower, followee_id=followee))

    async def accept(self, owner: UserId, requester: UserId) -> None:
        """Let somebody who asked follow; FollowRequestNotFound when they did not, or no longer."""
        followed = Followed(follower_id=requester, followee_id=owner)
        if not await self._follows.accept(followed, self._now()):
            raise FollowRequestNotFound
        await self._reactions.to(followed)

    async def decline(self, owner: UserId, requester: UserId) -> None:
        """Refuse somebody who asked; they are not told. FollowRequestNotFound as for `accept`."""
        if not await self._follows.decline(requester, owner):
            raise FollowRequestNotFound

    async def remove_follower(self, owner: UserId, follower: UserId) -> None:
        """End somebody's follow of oneself, or their request for it; they are not told.

        FollowerNotFound when they neither follow nor ask to.
        """
        checked_other(owner, follower)
        outcome = await self._end(Unfollowed(follower_id=follower, followee_id=owner))
        if not outcome.changed:
            raise FollowerNotFound

    async def _end(self, unfollowed: Unfollowed) -> FollowOutcome:
        outcome = await self._follows.unfollow(unfollowed)
        if outcome.changed:
            await self._reactions.to(unfollowed)
        return outcome

    def _now(self) -> int:
        return to_milliseconds(self._clock.now())
