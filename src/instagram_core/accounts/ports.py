"""What accounts need from outside."""

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import Protocol

from instagram_core.accounts.model import (
    Account,
    AccountChange,
    CachedSession,
    ProfileCounts,
    Session,
    SessionId,
    User,
    UserId,
)
from instagram_core.kernel.events import Event
from instagram_core.kernel.paging import Page, Position


class UserRepository(Protocol):
    """Keeps accounts. Names and addresses compare without case; a deleted one's stay taken."""

    @abstractmethod
    async def add(self, account: Account, announce: Event | None = None) -> None:
        """Store a new account and record `announce` with it.

        UsernameTakenError or EmailTakenError when taken (the name is told first).
        """

    @abstractmethod
    async def get_many(self, users: Iterable[UserId]) -> Mapping[UserId, User]:
        """Give users by id in one round trip; unknown and deleted ones are absent.

        Suspended ones are there, with their standing.
        """

    @abstractmethod
    async def find(self, login: str) -> Account | None:
        """Give the account of a username or e-mail address, any case; None if absent or deleted."""

    @abstractmethod
    async def account(self, user: UserId) -> Account | None:
        """Give the account of an id; None if unknown or deleted."""

    @abstractmethod
    async def change(
        self, user: UserId, change: AccountChange, announce: Iterable[Event] = ()
    ) -> Account | None:
        """Change what is set and give the account as it is then; None if unknown or deleted.

        A change of `is_private` or `standing` to another value moves the media generation by one.
        Standing DELETED makes this and every later call treat the account as absent (the account
        is given once more, by this call); it also frees nothing. `announce` is recorded with it.
        One statement, idempotent but for the events. Inside a transaction other changes of the
        account wait until it ends, also when this one sets nothing.
        """


class ProfileCounter(Protocol):
    """Reads the numbers of profiles."""

    @abstractmethod
    async def counts(self, users: Iterable[UserId]) -> Mapping[UserId, ProfileCounts]:
        """Give exact counts of every id asked for, zeros for unknown ones, in one round trip."""


class AccountReader(Protocol):
    """Walks through all accounts, millions of them, for repairs."""

    @abstractmethod
    async def page(self, after: UserId | None, limit: int) -> tuple[UserId, ...]:
        """Give up to `limit` active accounts above `after`, in ascending order; empty at the end.

        Who is active during the whole walk is given exactly once.
        """

    @abstractmethod
    async def count(self) -> int:
        """Give how many accounts are active now."""


class SessionStore(Protocol):
    """Keeps sessions by the SHA-256 hash of their token."""

    @abstractmethod
    async def add(self, session: Session) -> None:
        """Store a session; `role` is not stored: it is the account's."""

    @abstractmethod
    async def find(self, user: UserId, token_hash: bytes) -> Session | None:
        """Give the user's session, expired or not.

        None if absent, revoked, another user's, or the account not active.
        """

    @abstractmethod
    async def touch(self, user: UserId, session: SessionId, at: int) -> None:
        """Move `last_used_at` to `at` (Unix ms), never back.

        A session that is absent, or another user's, is passed over.
        """

    @abstractmethod
    async def page(
        self, user: UserId, used_after: int, after: Position | None, limit: int
    ) -> Page[Session]:
        """Give sessions last used later than `used_after` (ms), newest `(created_at, id)` first."""

    @abstractmethod
    async def revoke(
        self, user: UserId, *, only: SessionId | None = None, keep: SessionId | None = None
    ) -> int:
        """End the user's sessions: one (`only`), all but one (`keep`) or all. Give how many ended.

        Seen by every later `find` in every process.
        """


class SessionCache(Protocol):
    """Keeps copies of sessions where every process finds them in one round trip."""

    @abstractmethod
    async def find(self, user: UserId, token_hash: bytes) -> CachedSession:
        """Give the copy of a session if there is one, and what is needed to put one.

        No copy is given that was put before `forget` was called for the user, by whomever, nor
        one from before this process lost its connection: what was forgotten meanwhile may have
        come back with the server. Copies go by themselves after a session's lifetime, or sooner.
        """

    @abstractmethod
    async def put(self, session: Session, ticket: bytes) -> None:
        """Keep a copy of what was read from the store after `find` had given `ticket`.

        Nothing is kept if the user was forgotten since: the copy may be older than that.
        """

    @abstractmethod
    async def forget(self, user: UserId) -> None:
        """Make all copies of a user's sessions, and all tickets, void in every process."""


class Sweeper(Protocol):
    """Forgets what is over, in bounded batches."""

    @abstractmethod
    async def sweep(self, before: int, limit: int) -> int:
        """Remove up to `limit` things last used before `before` (Unix ms); give how many."""


class AccountEraser(Protocol):
    """Erases what a deleted account leaves behind."""

    @abstractmethod
    async def erase(self, user: UserId, limit: int) -> bool:
        """Remove up to about `limit` rows of a deleted account; True when nothing is left.

        Likes, follows (both ways), requests, blocks, mutes, close friends, visits, sessions, posts
        (each as its own deletion would: counts kept right, files discarded), the avatar, then
        profile text, address and password. The name stays taken. Idempotent and resumable: call
        until True.
        An account that is not deleted is never touched: True at once.
        """


class PasswordHasher(Protocol):
    """Turns passwords into hashes that are costly to guess from."""

    @abstractmethod
    async def hash(self, password: str) -> str:
        """Give a salted hash in a self-describing format; two calls never give the same."""

    @abstractmethod
    async def verify(self, password: str, hashed: str | None) -> bool:
        """Tell whether the password is the one of the hash; False for None or a broken hash.

        Takes the same work when `hashed` is None, so that unknown names cannot be told by time.
        """

    @abstractmethod
    def needs_rehash(self, hashed: str) -> bool:
        """Tell whether the hash was made with other settings than today's."""


class WaitingRequests(Protocol):
    """What an account needs of the graph when it goes public."""

    @abstractmethod
    async def accept_all(self, followee: UserId, at: int) -> int:
        """Accept every waiting request at `at` (Unix ms); give how many."""
