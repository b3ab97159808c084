"""Follows and requests."""

from instagram_core.accounts.errors import UserNotFound
from instagram_core.accounts.model import UserId
from instagram_core.graph.errors import FollowBlockedError
from instagram_core.graph.events import Followed, FollowRequested, Unfollowed
from instagram_core.graph.model import FollowOutcome, FollowStatus
from instagram_core.graph.ports import FollowRepository
from instagram_core.memory.database import Database
from instagram_core.memory.tables import Counter, Tables
from instagram_core.memory.visibility import is_active, is_deleted


class InMemoryFollowRepository(FollowRepository):
    """Keeps follows and requests; a pair of people is in one of the two at most."""

    def __init__(self, database: Database) -> None:
        """Keep them in `database`."""
        self._database = database

    async def follow(
        self, followed: Followed, requested: FollowRequested, at: int
    ) -> FollowOutcome:
        """Follow a public account or ask a private one.

        A waiting request to an account that is public by now becomes a follow.
        """
        follower, followee = pair = followed.follower_id, followed.followee_id
        async with self._database.work() as tables:
            if is_deleted(tables, follower):
                raise UserNotFound
            if not is_active(tables, followee) or (followee, follower) in tables.blocks:
                raise UserNotFound
            if pair in tables.blocks:
                raise FollowBlockedError
            if pair in tables.follows:
                return FollowOutcome(status=FollowStatus.FOLLOWING, changed=False)
            if not tables.accounts[followee].user.is_private:
                tables.requests.pop(pair, None)
                start_follow(tables, follower, followee, at)
                self._database.record(followed)
                return FollowOutcome(status=FollowStatus.FOLLOWING, changed=True)
            if pair in tables.requests:
                return FollowOutcome(status=FollowStatus.REQUESTED, changed=False)
            tables.requests[pair] = at
            self._database.record(requested)
            return FollowOutcome(status=FollowStatus.REQUESTED, changed=True)

    async def unfollow(self, unfollowed: Unfollowed) -> FollowOutcome:
        """End a follow, which is announced, or withdraw a request, which is not."""
        pair = unfollowed.follower_id, unfollowed.followee_id
        async with self._database.work() as tables:
            has_ended = end_follow(tables, *pair)
            if has_ended:
                self._database.record(unfollowed)
            is_withdrawn = tables.requests.pop(pair, None) is not None
            return FollowOutcome(status=FollowStatus.NONE, changed=has_ended or is_withdrawn)

    async def accept(self, followed: Followed, at: int) -> bool:
        """Turn a request into a follow."""
        async with self._database.work() as tables:
            return self._accept(tables, followed, at)

    async def decline(self, follower: UserId, followee: UserId) -> bool:
        """Remove a request."""
        async with self._database.work() as tables:
            return tables.requests.pop((follower, followee), None) is not None

    async def accept_all(self, followee: UserId, at: int) -> int:
        """Accept every waiting request."""
        async with self._database.work() as tables:
            waiting = [pair for pair in tables.requests if pair[1] == followee]
            for follower, _ in waiting:
                self._accept(tables, Followed(follower_id=follower, followee_id=followee), at)
            return len(waiting)

    def _accept(self, tables: Tables, followed: Followed, at: int) -> bool:
        pair = followed.follower_id, followed.followee_id
        if tables.requests.pop(pair, None) is None:
            return False
        start_follow(tables, *pair, at)
        self._database.record(followed)
        return True


def start_follow(tables: Tables, follower: UserId, followee: UserId, at: int) -> None:
    """Add a follow that is not there, and count it on both sides."""
    tables.follows[follower, followee] = at
    tables.count(Counter.FOLLOWING, follower, +1)
    tables.count(Counter.FOLLOWERS, followee, +1)


def end_follow(tables: Tables, follower: UserId, followee: UserId) -> bool:
    """Remove a follow from the rows and from both counts; False when there is none."""
    if tables.follows.pop((follower, followee), None) is None:
        return False
    tables.count(Counter.FOLLOWING, follower, -1)
    tables.count(Counter.FOLLOWERS, followee, -1)
    return True
