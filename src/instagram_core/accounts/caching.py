"""Sessions read from copies that never outlive what they are copies of.

A copy is void from the moment at which what ends or changes a session is committed: it is
forgotten right then, and once more by whoever handles `SessionsChanged`, because a process may
die, or not reach the cache, in between.
"""

import contextlib
from collections.abc import Iterable, Mapping
from typing import ClassVar

from instagram_core.accounts.events import SessionsChanged
from instagram_core.accounts.model import (
    Account,
    AccountChange,
    CachedSession,
    Session,
    SessionId,
    User,
    UserId,
)
from instagram_core.accounts.ports import SessionCache, SessionStore, UserRepository
from instagram_core.kernel.afterwards import Afterwards
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.kernel.events import Event
from instagram_core.kernel.outbox import Outbox
from instagram_core.kernel.paging import Page, Position
from instagram_core.kernel.unset import UNSET


class Forgetting:
    """Forgets copies of sessions, as soon as the transaction under way has ended.

    Also when it failed: the outcome of a commit may be unknown, and a copy costs little.
    """

    def __init__(self, cache: SessionCache, afterwards: Afterwards) -> None:
        """Forget in `cache`, after the transactions that `afterwards` opens."""
        self._cache = cache
        self._afterwards = afterwards

    async def forget(self, user: UserId) -> None:
        """Forget a user's copies; raises nothing."""
        await self._afterwards.tell(self._forget, user)

    async def _forget(self, *users: UserId) -> None:
        for user in users:
            with contextlib.suppress(AdapterUnavailable):
                await self._cache.forget(user)


class CachedSessions(SessionStore):
    """Reads sessions from a cache, for a minute after they were read from the store.

    Older copies are used while the store is away, and only then. While the cache is away
    everything comes from the store.
    """

    FRESH_SECONDS: ClassVar[float] = 60

    def __init__(
        self,
        *,
        store: SessionStore,
        cache: SessionCache,
        forgetting: Forgetting,
        transaction: Afterwards,
        outbox: Outbox,
    ) -> None:
        """Put `cache` in front of `store`; `outbox` shares its transactions."""
        self._store = store
        self._cache = cache
        self._forgetting = forgetting
        self._transaction = transaction
        self._outbox = outbox

    async def add(self, session: Session) -> None:
        """Store a session."""
        await self._store.add(session)

    async def find(self, user: UserId, token_hash: bytes) -> Session | None:
        """Give the user's session."""
        if self._transaction.is_inside:
            return await self._store.find(user, token_hash)  # what it changed is in no copy
        cached = await self._cached(user, token_hash)
        copy = cached.session
        if copy is not None and cached.age_seconds < self.FRESH_SECONDS:
            return copy
        try:
            found = await self._store.find(user, token_hash)
        except AdapterUnavailable:
            if copy is None:
                raise
            return copy
        await self._renew(user, found, cached)
        return found

    async def touch(self, user: UserId, session: SessionId, at: int) -> None:
        """Move the last use forward; where the store is away that is left to the next use."""
        with contextlib.suppress(AdapterUnavailable):
            await self._store.touch(user, session, at)
            await self._forgetting.forget(user)

    async def page(
        self, user: UserId, used_after: int, after: Position | None, limit: int
    ) -> Page[Session]:
        """Give the user's sessions that were used lately."""
        return await self._store.page(user, used_after, after, limit)

    async def revoke(
        self, user: UserId, *, only: SessionId | None = None, keep: SessionId | None = None
    ) -> int:
        """End the user's sessions, and all copies with them."""
        async with self._transaction():
            await self._forgetting.forget(user)
            ended = await self._store.revoke(user, only=only, keep=keep)
            if ended:
                await self._outbox.add(SessionsChanged(user_id=user))
        return ended

    async def _cached(self, user: UserId, token_hash: bytes) -> CachedSession:
        try:
            return await self._cache.find(user, token_hash)
        except AdapterUnavailable:
            return CachedSession(session=None, ticket=None)

    async def _renew(self, user: UserId, found: Session | None, cached: CachedSession) -> None:
        if found is None:
            if cached.session is not None:
                await self._forgetting.forget(user)
        elif cached.ticket is not None:
            with contextlib.suppress(AdapterUnavailable):
                await self._cache.put(found, cached.ticket)


class ForgettingUsers(UserRepository):
    """Keeps accounts elsewhere, and has copies of sessions forgotten when they no longer fit."""

    def __init__(self, users: UserRepository, forgetting: Forgetting) -> None:
        """Keep them in `users`."""
        self._users = users
        self._forgetting = forgetting

    async def add(self, account: Account, announce: Event | None = None) -> None:
        """Store a new account."""
        await self._users.add(account, announce)

    async def get_many(self, users: Iterable[UserId]) -> Mapping[UserId, User]:
        """Give users by id."""
        return await self._users.get_many(users)

    async def find(self, login: str) -> Account | None:
        """Give the account of a name or address."""
        return await self._users.find(login)

    async def account(self, user: UserId) -> Account | None:
        """Give the account of an id."""
        return await self._users.account(user)

    async def change(
        self, user: UserId, change: AccountChange, announce: Iterable[Event] = ()
    ) -> Account | None:
        """Change what is set; role, standing and password are what sessions depend on."""
        if {change.role, change.standing, change.password_hash} == {UNSET}:
            return await self._users.change(user, change, announce)
        try:
            events = (*announce, SessionsChanged(user_id=user))
            return await self._users.change(user, change, events)
        finally:
            await self._forgetting.forget(user)
