"""Values of the graph."""

from enum import StrEnum

import attrs


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


class PersonalList(StrEnum):
    """Lists that only their owner knows."""

    MUTES = "mutes"
    CLOSE_FRIENDS = "close_friends"
