"""Copies of sessions that all processes share."""

import json
import secrets
from functools import lru_cache
from typing import Final
from uuid import UUID

from instagram_core.accounts.model import CachedSession, Role, Session, SessionId, UserId
from instagram_core.accounts.ports import SessionCache
from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_valkey.client import ValkeyClient
from instagram_valkey.scripts import Script

_MOST: Final = 50
_NOTHING: Final = CachedSession(session=None, ticket=None)


class ValkeySessionCache(SessionCache):
    """Keeps what belongs to a user under one key, so that forgetting is one deletion.

    After an interruption, and after a forgetting that failed, whatever was put before the server
    next told the time is void for this process. For others it is void as soon as somebody forgets
    it again.
    """

    def __init__(self, client: ValkeyClient, clock: Clock | None = None) -> None:
        """Keep them on the server of `client`, by its own time unless a `clock` is given."""
        self._client = client
        self._clock = clock
        self._find = Script.named("sessions_find")
        self._put = Script.named("sessions_put")
        self._epoch: int | None = None
        self._void_before = 0

    async def find(self, user: UserId, token_hash: bytes) -> CachedSession:
        """Give the copy if there is one, and a ticket."""
        arguments = (self._now(), token_hash, secrets.token_bytes(12))
        epoch = self._client.epoch
        told, ticket, kept = await self._client.run(self._find, [self._key(user)], arguments)
        now = int(told)
        if epoch != self._client.epoch:
            return _NOTHING
        if epoch != self._epoch:
            self._epoch, self._void_before = epoch, now
        if kept is None:
            return CachedSession(session=None, ticket=ticket)
        put_at, _, text = kept.partition(b" ")
        if not self._void_before <= int(put_at) <= now:
            return CachedSession(session=None, ticket=ticket)
        try:
            session = _session(user, token_hash, text)
        except (ValueError, TypeError):  # of another release
            return CachedSession(session=None, ticket=ticket)
        return CachedSession(
            session=session,
            age_seconds=(now - int(put_at)) / 1_000_000,
            ticket=ticket,
        )

    async def put(self, session: Session, ticket: bytes) -> None:
        """Keep a copy, if the ticket is good."""
        lifetime = Session.LIFETIME_SECONDS
        arguments = (self._now(), ticket, session.token_hash, _text(session), lifetime, _MOST)
        await self._client.run(self._put, [self._key(session.user_id)], arguments)

    async def forget(self, user: UserId) -> None:
        """Drop what is kept of a user."""
        try:
            await self._client.call("DEL", self._key(user))
        except AdapterUnavailable:
            self._epoch = None
            raise

    def _key(self, user: UserId) -> str:
        return self._client.key("sessions", f"{{{user}}}")

    def _now(self) -> str:
        return "" if self._clock is None else f"{to_milliseconds(self._clock.now())}000"


def _text(session: Session) -> str:
    return json.dumps(
        (
            session.id.hex,
            session.role,
            session.created_at,
            session.last_used_at,
            session.address,
            session.user_agent,
        )
    )


@lru_cache(4096)
def _session(user: UserId, token_hash: bytes, text: bytes) -> Session:
    identity, role, created_at, last_used_at, address, user_agent = json.loads(text)
    return Session(
        id=SessionId(UUID(hex=identity)),
        user_id=user,
        role=Role(role),
        token_hash=token_hash,
        created_at=created_at,
        last_used_at=last_used_at,
        address=address,
        user_agent=user_agent,
    )
