"""What happens to likes."""

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.kernel.events import Event
from instagram_core.posts.model import PostId


@attrs.frozen(kw_only=True)
class PostLiked(Event):
    """Somebody began to like a post."""

    kind = "post_liked"
    post_id: PostId
    user_id: UserId


@attrs.frozen(kw_only=True)
class PostUnliked(Event):
    """Somebody took a like back."""

    kind = "post_unliked"
    post_id: PostId
    user_id: UserId
