"""Values of likes."""

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.posts.model import PostId


@attrs.frozen(kw_only=True)
class Like:
    """One person likes one post."""

    user_id: UserId
    post_id: PostId
    at: int
    """Unix milliseconds."""


@attrs.frozen(kw_only=True)
class LikeOutcome:
    """What a like or unlike did."""

    changed: bool
    like_count: int
    """As this statement left it: never negative."""
