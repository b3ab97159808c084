"""Sessions: starting, checking, listing and ending them."""

from typing import ClassVar, Final

import attrs

from instagram_core.accounts.errors import SessionInvalidError, SessionNotFound
from instagram_core.accounts.model import Role, Session, SessionId, UserId
from instagram_core.accounts.ports import SessionCache, SessionStore
from instagram_core.accounts.tokens import SessionTokens
from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.kernel.ids import IdGenerator
from instagram_core.kernel.paging import Page, Position

_USER_AGENT_LONGEST = 300


def _storable(text: str) -> str:
    return "".join(filter(str.isprintable, text))[:_USER_AGENT_LONGEST]


@attrs.frozen(kw_only=True)
class Device:
    """Where a sign-in comes from: whatever the client says of itself, cut to a storable text."""

    address: str = ""
    user_agent: str = attrs.field(default="", converter=_storable)


UNKNOWN_DEVICE: Final = Device()


class Sessions:
    """Signs people in on devices and keeps them so for 24 hours after the last use."""

    TOUCH_MILLISECONDS: ClassVar[int] = 60_000
    """The last use is stored to the minute, so that reading does not write."""

    def __init__(
        self,
        *,
        store: SessionStore,
        tokens: SessionTokens,
        clock: Clock,
        ids: IdGenerator,
        cache: SessionCache | None = None,
    ) -> None:
        """Work on these; `cache` is what `store` reads from, if it does."""
        self._store = store
        self._cache = cache
        self._tokens = tokens
        self._clock = clock
        self._ids = ids

    async def start(self, user: UserId, role: Role, device: Device) -> tuple[Session, str]:
        """Open a session; give it and the token, which is not kept anywhere."""
        token, now = self._tokens.issue(user), self._now()
        session = Session(
            id=SessionId(self._ids.new()),
            user_id=user,
            role=role,
            token_hash=self._tokens.digest(token),
            created_at=now,
            last_used_at=now,
            address=device.address,
            user_agent=device.user_agent,
        )
        await self._store.add(session)
        return session, token

    def owner(self, token: str) -> UserId | None:
        """Give whom a token names, without asking any store; None when it is forged."""
        return self._tokens.owner(token)

    async def authenticate(self, token: str) -> Session:
        """Give the session of a token and count this as a use.

        - Forged, expired, revoked, or of an account that is not active: SessionInvalidError.
        - A session ends 24 hours after its last use.
        """
        owner = self._tokens.owner(token)
        if owner is None:
            raise SessionInvalidError
        found = await self._store.find(owner, self._tokens.digest(token))
        now = self._now()
        if found is None or found.last_used_at <= self._ended(now):
            raise SessionInvalidError
        if now - found.last_used_at >= self.TOUCH_MILLISECONDS:
            await self._store.touch(owner, found.id, now)
        return found

    async def page(self, user: UserId, after: Position | None, limit: int) -> Page[Session]:
        """Give one's living sessions, newest first."""
        return await self._store.page(user, self._ended(self._now()), after, limit)

    async def end(self, user: UserId, session: SessionId) -> None:
        """End one of one's sessions; SessionNotFound when it is not among them."""
        if await self._store.revoke(user, only=session) == 0:
            raise SessionNotFound

    async def end_others(self, session: Session) -> int:
        """End all of one's sessions but this one; give how many ended."""
        return await self._store.revoke(session.user_id, keep=session.id)

    async def renew(self, user: UserId) -> None:
        """Have every process read somebody's sessions anew; safe to repeat."""
        if self._cache is not None:
            await self._cache.forget(user)

    def _now(self) -> int:
        return to_milliseconds(self._clock.now())

    @staticmethod
    def _ended(now: int) -> int:
        return now - Session.LIFETIME_SECONDS * 1000
