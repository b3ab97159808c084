"""Values of the graph."""

from enum import StrEnum

import attrs

from instagram_core.accounts.model import UserId


class FollowStatus(StrEnum):
    """How far a follow got."""

    FOLLOWING = "following"
    REQUESTED = "requested"
    NONE = "none"


@attrs.frozen(kw_only=True)
class FollowOutcome:
    """What a follow or unfollow did."""

    status: FollowStatus
    changed: bool


@attrs.frozen(kw_only=True)
class Relationship:
    """What one person is to another; `close_friend`: on the first one's own list."""

    following: bool = False
    requested: bool = False
    followed_by: bool = False
    blocking: bool = False
    muting: bool = False
    close_friend: bool = False


class PersonalList(StrEnum):
    """Lists that only their owner knows."""

    MUTES = "mutes"
    CLOSE_FRIENDS = "close_friends"
