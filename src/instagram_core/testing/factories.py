"""Values with defaults, so that a test states only what it is about."""

from typing import Any
from uuid import UUID

from instagram_core.accounts.model import Account, Role, Session, SessionId, User, UserId
from instagram_core.feed.model import FeedEntry
from instagram_core.kernel.clock import to_milliseconds
from instagram_core.kernel.paging import Position
from instagram_core.media.model import ImageFormat, ImageInfo, MediaId, Original, Picture
from instagram_core.posts.model import NewPost, PostId, PostMedia
from instagram_core.testing.clocks import START

NOW = to_milliseconds(START)


def account(user: UUID, *, is_private: bool = False, **named: Any) -> Account:  # noqa: ANN401
    """Give the account of an id: name and address are made from it."""
    username: str = named.pop("username", f"u{user.hex[12:]}")
    email: str = named.pop("email", f"{username}@example.org")
    password_hash: str = named.pop("password_hash", "hash")
    named = {"display_name": username, "created_at": NOW, **named}
    profile = User(id=UserId(user), username=username, is_private=is_private, **named)
    return Account(user=profile, email=email, password_hash=password_hash)


def session(
    identity: UUID, user: UserId, *, token_hash: bytes | None = None, at: int = NOW
) -> Session:
    """Give a session that began and was last used at `at`; its token's hash is made of the id."""
    return Session(
        id=SessionId(identity),
        user_id=user,
        role=Role.USER,
        token_hash=token_hash or identity.bytes * 2,
        created_at=at,
        last_used_at=at,
        address="192.0.2.1",
        user_agent="contract",
    )


def original(stem: UUID, alt_text: str = "") -> Original:
    """Give an uploaded file of a stem."""
    info = ImageInfo(format=ImageFormat.JPEG, width=640, height=480)
    return Original(stem=stem.hex, info=info, alt_text=alt_text)


def picture(stem: UUID) -> Picture:
    """Give the processed picture of a stem."""
    return Picture(
        stem=stem.hex, width=640, height=480, placeholder="1QcSHQ==", encodings=("webp", "jpeg")
    )


def new_post(post: UUID, author: UserId, *stems: UUID, at: int = NOW, **named: Any) -> NewPost:  # noqa: ANN401
    """Give an upload with one original per stem, its own id being the stem of the only one."""
    originals = tuple(original(stem) for stem in stems or (post,))
    return NewPost(id=PostId(post), author_id=author, originals=originals, uploaded_at=at, **named)


def post_media(*stems: UUID) -> tuple[PostMedia, ...]:
    """Give the media of a processed post, one per stem."""
    return tuple(PostMedia(id=MediaId(stem), picture=picture(stem)) for stem in stems)


def entry(at: int, post: UUID, author: UserId) -> FeedEntry:
    """Give a post's place in a feed."""
    return FeedEntry(position=Position(at, post), author_id=author)
