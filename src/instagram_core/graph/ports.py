"""What the graph needs from outside: every method is atomic, most are one round trip."""

from abc import abstractmethod
from typing import Protocol

from instagram_core.accounts.model import UserId
from instagram_core.graph.events import (
    Blocked,
    Followed,
    FollowRequested,
    MuteChanged,
    Unblocked,
    Unfollowed,
)
from instagram_core.graph.model import FollowOutcome, PersonalList
from instagram_core.kernel.paging import Page, Position


class FollowRepository(Protocol):
    """Keeps follows and requests, with exact counts, under any interleaving."""

    @abstractmethod
    async def follow(
        self, followed: Followed, requested: FollowRequested, at: int
    ) -> FollowOutcome:
        """Follow a public account or ask a private one; both events name the same two people.

        Records the event that fits, if and only if something changed; a repeat changes nothing and
        answers the present status. UserNotFound when the followee is absent, not active, or blocks
        the follower, or when the follower was deleted meanwhile; FollowBlockedError when the
        follower blocks the followee.
        """

    @abstractmethod
    async def unfollow(self, unfollowed: Unfollowed) -> FollowOutcome:
        """End a follow, or withdraw a request. Idempotent; always possible.

        Records the event if a follow ended (not for a withdrawn request).
        """

    @abstractmethod
    async def accept(self, followed: Followed, at: int) -> bool:
        """Turn a request into a follow and record the event; False when there is no request."""

    @abstractmethod
    async def decline(self, follower: UserId, followee: UserId) -> bool:
        """Remove a request; False when there is none."""

    @abstractmethod
    async def accept_all(self, followee: UserId, at: int) -> int:
        """Accept every waiting request, recording Followed for each; give how many."""


class FollowLists(Protocol):
    """Reads the lists, newest follow first; who is not active is left out.

    `viewer` (None: nobody signed in) sees nobody they block or who blocks them, so that pages are
    full all the same.
    """

    @abstractmethod
    async def followers(
        self, user: UserId, viewer: UserId | None, after: Position | None, limit: int
    ) -> Page[UserId]:
        """Give who follows `user`; positions are `(followed at, follower's id)`."""

    @abstractmethod
    async def following(
        self, user: UserId, viewer: UserId | None, after: Position | None, limit: int
    ) -> Page[UserId]:
        """Give whom `user` follows; positions are `(followed at, followee's id)`."""

    @abstractmethod
    async def requests(self, user: UserId, after: Position | None, limit: int) -> Page[UserId]:
        """Give who asked to follow `user`, newest first."""


class FollowerReader(Protocol):
    """Walks through all followers, millions of them, for fan-out."""

    @abstractmethod
    async def page(self, user: UserId, after: UserId | None, limit: int) -> tuple[UserId, ...]:
        """Give up to `limit` follower ids above `after`, in ascending order; empty at the end.

        Constant cost per page. Who follows during the whole walk is given exactly once.
        """


class BlockRepository(Protocol):
    """Keeps blocks."""

    @abstractmethod
    async def block(self, blocked: Blocked, at: int) -> bool:
        """Block, and end everything between the two, both ways; False when blocked already.

        Follows, requests, close friendship, mutes, and likes on each other's posts go, with exact
        counts; the event is recorded. UserNotFound when the other is absent (not: suspended, or
        blocking one too).
        """

    @abstractmethod
    async def unblock(self, unblocked: Unblocked) -> bool:
        """Lift a block and record the event; False when there was none. Restores nothing."""

    @abstractmethod
    async def page(self, blocker: UserId, after: Position | None, limit: int) -> Page[UserId]:
        """Give whom `blocker` blocks, newest first; deleted accounts are left out."""


class PersonalListRepository(Protocol):
    """Keeps mutes and close friends."""

    @abstractmethod
    async def put(
        self,
        which: PersonalList,
        owner: UserId,
        member: UserId,
        at: int,
        announce: MuteChanged | None = None,
    ) -> bool:
        """Add a person; False when listed already; `announce` is recorded if it changed something.

        UserNotFound when the member is absent, not active, or either blocks the other.
        """

    @abstractmethod
    async def remove(
        self,
        which: PersonalList,
        owner: UserId,
        member: UserId,
        announce: MuteChanged | None = None,
    ) -> bool:
        """Remove a person; False when not listed; `announce` as in `put`."""

    @abstractmethod
    async def page(
        self, which: PersonalList, owner: UserId, after: Position | None, limit: int
    ) -> Page[UserId]:
        """Give the list, newest first; who is not active is left out."""
