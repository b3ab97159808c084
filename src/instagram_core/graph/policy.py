"""Rules of the graph that need no store."""

from instagram_core.accounts.model import UserId
from instagram_core.kernel.errors import InvalidError


def checked_other(oneself: UserId, other: UserId) -> UserId:
    """Give `other`; InvalidError when it is oneself: nobody follows, blocks or mutes themself."""
    if oneself == other:
        raise InvalidError("user", "must be somebody else")
    return other
