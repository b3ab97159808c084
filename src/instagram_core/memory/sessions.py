"""Sign-ins."""

from itertools import islice

import attrs

from instagram_core.accounts.model import Session, SessionId, UserId
from instagram_core.accounts.ports import SessionStore, Sweeper
from instagram_core.kernel.paging import Page, Position
from instagram_core.memory.database import Database
from instagram_core.memory.pages import newest_first
from instagram_core.memory.tables import Tables
from instagram_core.memory.visibility import is_active


class InMemorySessionStore(SessionStore):
    """Keeps sessions."""

    def __init__(self, database: Database) -> None:
        """Keep them in `database`."""
        self._database = database

    async def add(self, session: Session) -> None:
        """Store a session."""
        async with self._database.work() as tables:
            tables.sessions[session.id] = session

    async def find(self, user: UserId, token_hash: bytes) -> Session | None:
        """Give the session of an active account."""
        async with self._database.work() as tables:
            for session in tables.sessions.values():
                is_it = session.token_hash == token_hash and session.user_id == user
                if is_it and is_active(tables, user):
                    return _with_role(tables, session)
            return None

    async def touch(self, user: UserId, session: SessionId, at: int) -> None:
        """Move the last use forward."""
        async with self._database.work() as tables:
            known = tables.sessions.get(session)
            if known is not None and known.user_id == user and known.last_used_at < at:
                tables.sessions[session] = attrs.evolve(known, last_used_at=at)

    async def page(
        self, user: UserId, used_after: int, after: Position | None, limit: int
    ) -> Page[Session]:
        """Give the user's sessions that were used lately."""
        async with self._database.work() as tables:
            rows = (
                (Position(session.created_at, session.id), _with_role(tables, session))
                for session in tables.sessions.values()
                if session.user_id == user and session.last_used_at > used_after
            )
            return newest_first(rows, after, limit)

    async def revoke(
        self, user: UserId, *, only: SessionId | None = None, keep: SessionId | None = None
    ) -> int:
        """End the user's sessions."""
        async with self._database.work() as tables:
            ended = [
                session.id
                for session in tables.sessions.values()
                if session.user_id == user and only in {None, session.id} and session.id != keep
            ]
            for session in ended:
                del tables.sessions[session]
            return len(ended)


class InMemorySessionSweeper(Sweeper):
    """Forgets sessions; one ended when it was used last."""

    def __init__(self, database: Database) -> None:
        """Sweep those of `database`."""
        self._database = database

    async def sweep(self, before: int, limit: int) -> int:
        """Remove sessions last used before `before`."""
        async with self._database.work() as tables:
            over = (id for id, session in tables.sessions.items() if session.last_used_at < before)
            chosen = list(islice(over, limit))
            for session in chosen:
                del tables.sessions[session]
            return len(chosen)


def _with_role(tables: Tables, session: Session) -> Session:
    account = tables.accounts.get(session.user_id)
    return session if account is None else attrs.evolve(session, role=account.user.role)
