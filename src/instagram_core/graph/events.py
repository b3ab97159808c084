"""What happens in the graph."""

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.kernel.events import Event


@attrs.frozen(kw_only=True)
class Followed(Event):
    """A follow took effect, at once or by a request accepted."""

    kind = "followed"
    follower_id: UserId
    followee_id: UserId


@attrs.frozen(kw_only=True)
class FollowRequested(Event):
    """Somebody asked to follow a private account."""

    kind = "follow_requested"
    follower_id: UserId
    followee_id: UserId


@attrs.frozen(kw_only=True)
class Unfollowed(Event):
    """A follow ended, by either side."""

    kind = "unfollowed"
    follower_id: UserId
    followee_id: UserId


@attrs.frozen(kw_only=True)
class Blocked(Event):
    """Somebody blocked somebody; all between the two has ended."""

    kind = "blocked"
    blocker_id: UserId
    blocked_id: UserId


@attrs.frozen(kw_only=True)
class Unblocked(Event):
    """A block was lifted; nothing comes back by itself."""

    kind = "unblocked"
    blocker_id: UserId
    blocked_id: UserId


@attrs.frozen(kw_only=True)
class MuteChanged(Event):
    """Somebody muted or unmuted somebody; the handler reads which it is now."""

    kind = "mute_changed"
    owner_id: UserId
    member_id: UserId
