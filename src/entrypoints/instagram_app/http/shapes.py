"""The shapes of answers."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec

Time = Annotated[str, msgspec.Meta(extra_json_schema={"format": "date-time"})]
"""RFC 3339 in UTC, to the millisecond."""
Count = Annotated[int, msgspec.Meta(ge=0)]
Link = Annotated[str, msgspec.Meta(description="Path and query of a file; good for a while.")]
Cursor = Annotated[str, msgspec.Meta(description="Opaque; leads to the next page of this list.")]


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """What all answers share: nothing of it changes once it is made."""


class UserPreview(Shape, frozen=True, kw_only=True):
    """Somebody, in short."""

    id: UUID
    username: str
    display_name: str
    avatar_url: Link | None
    is_verified: bool
    has_active_story: bool


class Relationship(Shape, frozen=True, kw_only=True):
    """What the user is to the viewer."""

    following: bool
    requested: bool
    followed_by: bool
    blocking: bool
    muting: bool
    close_friend: bool


class User(UserPreview, frozen=True, kw_only=True):
    """A profile; `relationship` is null for oneself and without a session."""

    bio: str
    website: str
    is_private: bool
    role: Literal["user", "verified", "admin"]
    follower_count: Count
    following_count: Count
    post_count: Count
    created_at: Time
    relationship: Relationship | None


class Me(User, frozen=True, kw_only=True):
    """One's own profile."""

    email: str


class SignedIn(Shape, frozen=True, kw_only=True):
    """Who signed in; the token is for `Authorization: Bearer` and is shown once."""

    user: Me
    token: str


class Session(Shape, frozen=True, kw_only=True):
    """One sign-in on one device."""

    id: UUID
    created_at: Time
    last_used_at: Time
    address: str
    user_agent: str
    is_current: bool


class Media(Shape, frozen=True, kw_only=True):
    """A picture of a post; width and height are those of the upright original."""

    id: UUID
    type: Literal["image", "video"]
    width: int
    height: int
    alt_text: str
    placeholder: str
    thumbnail_url: Link
    small_url: Link
    medium_url: Link
    large_url: Link


class SharedPost(Shape, frozen=True, kw_only=True):
    """What of a `Post` is the same for everybody who may see it."""

    id: UUID
    author: UserPreview
    caption: str
    location: str
    status: Literal["processing", "published", "failed"]
    media: tuple[Media, ...]
    thumbnail_url: Link | None
    small_url: Link | None
    medium_url: Link | None
    large_url: Link | None
    created_at: Time


class PostState(Shape, frozen=True, kw_only=True):
    """The rest of a `Post`: what is its viewer's, or moves quickly."""

    like_count: Count
    comment_count: Count
    is_liked: bool
    is_saved: bool


class Post(SharedPost, frozen=True, kw_only=True):
    """A post; `media` is empty and the four addresses are null until it is published."""

    like_count: Count
    comment_count: Count
    is_liked: bool
    is_saved: bool


class Paged(Shape, frozen=True, kw_only=True):
    """What every list carries."""

    next_cursor: Cursor | None
    has_more: bool


class Users(Paged, frozen=True, kw_only=True):
    """A page of people."""

    users: tuple[UserPreview, ...]


class Posts(Paged, frozen=True, kw_only=True):
    """A page of posts."""

    posts: tuple[Post, ...]


class SpelledPosts(Paged, frozen=True, kw_only=True):
    """`Posts`, each of them JSON already."""

    posts: list[msgspec.Raw]


class Feed(Posts, frozen=True, kw_only=True):
    """A page of the home feed; `degraded`: from a moment ago, because of a fault on our side."""

    degraded: bool = False
    """The last of the fields: see `marked_degraded`."""


class SpelledFeed(SpelledPosts, frozen=True, kw_only=True):
    """`Feed`, each post of it JSON already."""

    degraded: bool = False


def marked_degraded(feed: bytes) -> bytes:
    """Give an encoded page of the home feed that says it is degraded."""
    return feed.removesuffix(b"false}") + b"true}"


class Sessions(Paged, frozen=True, kw_only=True):
    """A page of sessions."""

    sessions: tuple[Session, ...]


class FollowState(Shape, frozen=True, kw_only=True):
    """How far a follow got; `idempotent`: it was so before."""

    status: Literal["following", "requested", "none"]
    idempotent: bool


class LikeState(Shape, frozen=True, kw_only=True):
    """What a like did; `idempotent`: it was so before."""

    success: bool
    idempotent: bool
    like_count: Count


class Upload(Shape, frozen=True, kw_only=True):
    """A form that takes one file: the fields, then `file` as the last."""

    key: str
    url: str
    fields: dict[str, str]


class Uploads(Shape, frozen=True, kw_only=True):
    """Forms, one for each file that was asked for."""

    uploads: tuple[Upload, ...]


class PostAccepted(Shape, frozen=True, kw_only=True):
    """A post that is being processed."""

    post_id: UUID
    status: Literal["processing"]


class Accepted(Shape, frozen=True, kw_only=True):
    """The rest happens after the answer."""


class Health(Shape, frozen=True, kw_only=True):
    """All is well with this process."""

    status: Literal["ok"]
