"""What the policy decides from."""

import attrs

from instagram_core.accounts.model import UserId


@attrs.frozen(kw_only=True)
class Relationship:
    """What one person is to another; `close_friend`: on the first one's own list."""

    following: bool = False
    requested: bool = False
    followed_by: bool = False
    blocking: bool = False
    muting: bool = False
    close_friend: bool = False


@attrs.frozen(kw_only=True)
class Sight:
    """One person's view of another: facts as they are now, no decision yet."""

    owner: UserId
    viewer: UserId | None
    """None: nobody is signed in."""
    is_active: bool
    """The owner is neither suspended nor deleted."""
    is_private: bool
    relationship: Relationship = Relationship()
    """What the owner is to the viewer."""
    blocked_by: bool = False
    """The owner blocks the viewer."""
    is_close_friend: bool = False
    """The viewer is on the owner's close-friends list."""

    @property
    def is_self(self) -> bool:
        """Tell whether somebody looks at themself."""
        return self.viewer == self.owner
