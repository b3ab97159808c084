"""Copies of sessions: the specification of what others share between processes."""

import secrets
from typing import Final

import attrs

from instagram_core.accounts.model import CachedSession, Session, UserId
from instagram_core.accounts.ports import SessionCache
from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.memory.closing import Closable
from instagram_core.memory.expiring import Expiring

_LIFETIME: Final = Session.LIFETIME_SECONDS


@attrs.define
class _Kept:
    """The copies of one user, by the hash of their token, each with its time in milliseconds."""

    ticket: bytes = attrs.field(factory=lambda: secrets.token_bytes(16))
    copies: dict[bytes, tuple[Session, int]] = attrs.field(factory=dict)


class InMemorySessionCache(Closable, SessionCache):
    """Keeps copies within one process, until a lifetime after the last one of a user was put."""

    def __init__(self, clock: Clock) -> None:
        """Take the time from `clock`."""
        self._clock = clock
        self._users: Expiring[UserId, _Kept] = Expiring(clock)

    async def find(self, user: UserId, token_hash: bytes) -> CachedSession:
        """Give the copy if there is one, and a ticket."""
        self.check_open()
        kept = self._users.get(user)
        if kept is None:
            kept = _Kept()
            self._users.put(user, kept, _LIFETIME)
        session, at = kept.copies.get(token_hash, (None, 0))
        age = 0.0 if session is None else (self._now() - at) / 1000
        return CachedSession(session=session, age_seconds=age, ticket=kept.ticket)

    async def put(self, session: Session, ticket: bytes) -> None:
        """Keep a copy, if the ticket is good."""
        self.check_open()
        kept = self._users.get(session.user_id)
        if kept is not None and kept.ticket == ticket:
            kept.copies[session.token_hash] = session, self._now()
            self._users.put(session.user_id, kept, _LIFETIME)

    async def forget(self, user: UserId) -> None:
        """Drop what is kept of a user."""
        self.check_open()
        self._users.drop(user)

    def _now(self) -> int:
        return to_milliseconds(self._clock.now())
