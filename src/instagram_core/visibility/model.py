"""What the policy decides from."""

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.graph.model import Relationship


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
