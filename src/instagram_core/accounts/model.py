"""Values of accounts."""

from enum import StrEnum
from typing import ClassVar, NewType
from uuid import UUID

import attrs

from instagram_core.kernel.unset import UNSET, Unset

UserId = NewType("UserId", UUID)
SessionId = NewType("SessionId", UUID)


class Role(StrEnum):
    """What an account may do; each includes those before it."""

    USER = "user"
    VERIFIED = "verified"
    ADMIN = "admin"

    def includes(self, other: "Role") -> bool:
        """Tell whether this role may do all that `other` may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


class Standing(StrEnum):
    """Whether an account takes part."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    DELETED = "deleted"


@attrs.frozen(kw_only=True)
class User:
    """What others may see of an account, the same for every viewer."""

    USERNAME_SHORTEST: ClassVar[int] = 3
    USERNAME_LONGEST: ClassVar[int] = 30
    DISPLAY_NAME_LONGEST: ClassVar[int] = 64
    BIO_LONGEST: ClassVar[int] = 500
    WEBSITE_LONGEST: ClassVar[int] = 200

    id: UserId
    username: str
    display_name: str
    bio: str = ""
    website: str = ""
    avatar: str | None = None
    """Stem of the avatar's renditions in the media store."""
    is_private: bool = False
    role: Role = Role.USER
    standing: Standing = Standing.ACTIVE
    media_generation: int = 0
    """Moves when the account goes private or public, is suspended, or returns: part of every media
    signature, so that addresses given out before die at once."""
    created_at: int
    """Unix milliseconds."""

    @property
    def is_verified(self) -> bool:
        """Tell whether the account wears the mark."""
        return self.role.includes(Role.VERIFIED)


@attrs.frozen(kw_only=True)
class Account:
    """A user with what only they and the system may know."""

    EMAIL_LONGEST: ClassVar[int] = 254
    PASSWORD_SHORTEST: ClassVar[int] = 8
    PASSWORD_LONGEST: ClassVar[int] = 1024

    user: User
    email: str
    password_hash: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class AccountChange:
    """A partial change: what is UNSET stays."""

    display_name: str | Unset = UNSET
    bio: str | Unset = UNSET
    website: str | Unset = UNSET
    is_private: bool | Unset = UNSET
    role: Role | Unset = UNSET
    standing: Standing | Unset = UNSET
    password_hash: str | Unset = attrs.field(default=UNSET, repr=False)


@attrs.frozen(kw_only=True)
class ProfileCounts:
    """The three numbers of a profile, exact."""

    followers: int = 0
    following: int = 0
    posts: int = 0


@attrs.frozen(kw_only=True)
class Session:
    """One sign-in on one device."""

    LIFETIME_SECONDS: ClassVar[int] = 24 * 3600
    """Sliding: counted from the last use."""

    id: SessionId
    user_id: UserId
    role: Role
    """The account's role as it is now, not as it was at sign-in."""
    token_hash: bytes = attrs.field(repr=False)
    created_at: int
    last_used_at: int
    address: str
    user_agent: str


@attrs.frozen(kw_only=True)
class CachedSession:
    """What a cache knows of a session."""

    session: Session | None
    """The copy; None if there is none."""
    age_seconds: float = 0
    """How long ago the copy was read from the store."""
    ticket: bytes | None
    """Lets one put a copy; None where that is of no use."""
