"""What happens to posts."""

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.kernel.events import Event
from instagram_core.posts.model import PostId


@attrs.frozen(kw_only=True)
class PostSubmitted(Event):
    """A post waits for its renditions, at first or after a retry."""

    kind = "post_submitted"
    queue = "media"
    post_id: PostId


@attrs.frozen(kw_only=True)
class PostPublished(Event):
    """A post became visible to others, at the position that it keeps."""

    kind = "post_published"
    queue = "fanout"
    post_id: PostId
    author_id: UserId
    shared_at: int
    is_pushed: bool = True
    """Whether it goes into the followers' timelines; otherwise they look for it."""


@attrs.frozen(kw_only=True)
class PostFailed(Event):
    """A post could not be processed; its author may try again."""

    kind = "post_failed"
    post_id: PostId
    author_id: UserId


@attrs.frozen(kw_only=True)
class PostDeleted(Event):
    """A post is gone."""

    kind = "post_deleted"
    queue = "fanout"
    post_id: PostId
    author_id: UserId
    shared_at: int | None = None
    """None if it never was published."""


@attrs.frozen(kw_only=True)
class PostEdited(Event):
    """A post's text changed. Never recorded: for those who react at once."""

    kind = "post_edited"
    post_id: PostId
    author_id: UserId
