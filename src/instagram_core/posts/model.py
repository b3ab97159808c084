"""Values of posts."""

from collections.abc import Hashable
from enum import StrEnum
from typing import ClassVar, NewType
from uuid import UUID

import attrs

from instagram_core.accounts.model import User, UserId
from instagram_core.kernel.paging import Position
from instagram_core.kernel.unset import UNSET, Unset
from instagram_core.media.model import MediaId, Original, Picture
from instagram_core.visibility.model import Sight

PostId = NewType("PostId", UUID)
Hashtag = NewType("Hashtag", str)
"""Without the sign, in the spelling that `hashtags.hashtag_of` gives."""


class PostStatus(StrEnum):
    """Where a post is on its way to others."""

    PROCESSING = "processing"
    PUBLISHED = "published"
    FAILED = "failed"


@attrs.frozen(kw_only=True)
class PostMedia:
    """One picture of a post, in its place of the carousel."""

    ALT_TEXT_LONGEST: ClassVar[int] = 1000

    id: MediaId
    picture: Picture
    alt_text: str = ""


@attrs.frozen(kw_only=True)
class Post:
    """A post, the same for every viewer."""

    CAPTION_LONGEST: ClassVar[int] = 2200
    LOCATION_LONGEST: ClassVar[int] = 100
    MEDIA_MOST: ClassVar[int] = 10

    id: PostId
    author_id: UserId
    caption: str = ""
    location: str = ""
    status: PostStatus = PostStatus.PROCESSING
    media: tuple[PostMedia, ...] = ()
    """Empty until published."""
    uploaded_at: int
    """Unix milliseconds."""
    shared_at: int | None = None
    """Unix milliseconds of publishing, set once; None before."""

    @property
    def position(self) -> Position | None:
        """Give the place in every feed and list; None until published."""
        return None if self.shared_at is None else Position(self.shared_at, self.id)


@attrs.frozen(kw_only=True)
class NewPost:
    """A post as uploaded, its originals already in the media store."""

    id: PostId
    author_id: UserId
    caption: str = ""
    location: str = ""
    originals: tuple[Original, ...]
    uploaded_at: int


@attrs.frozen(kw_only=True)
class PostChange:
    """A partial change: what is UNSET stays."""

    caption: str | Unset = UNSET
    location: str | Unset = UNSET


@attrs.frozen(kw_only=True)
class SharedPost:
    """A post with its author: all of it that does not depend on who looks."""

    post: Post
    author: User
    revision: Hashable = attrs.field(default=None, eq=False)
    """As in `PostState`: what was read with the same one is the same."""


@attrs.frozen(kw_only=True)
class PostState:
    """What of a post depends on the viewer, or moves quickly."""

    sight: Sight
    """The viewer's view of the author."""
    like_count: int = 0
    comment_count: int = 0
    is_liked: bool = False
    is_saved: bool = False
    revision: Hashable = attrs.field(default=None, eq=False)
    """Another one whenever the post, or its author, is not the same as before."""


@attrs.frozen(kw_only=True)
class PostView:
    """A post as one viewer sees it now."""

    post: Post
    author: User
    state: PostState


class PublishOutcome(StrEnum):
    """What came of publishing."""

    PUBLISHED = "published"
    ALREADY = "already"
    """Another run was first: the files are in use."""
    GONE = "gone"
    """The post was deleted meanwhile: the files are nobody's."""
