"""Sign-ins."""

from typing import Final

from instagram_core.accounts.model import Role, Session, SessionId, UserId
from instagram_core.accounts.ports import SessionStore, Sweeper
from instagram_core.kernel.paging import Page, Position
from instagram_postgres.database import PostgresDatabase
from instagram_postgres.pages import older_than, page_of
from instagram_postgres.pool import Row

_COLUMNS: Final = """
    sessions.created_at, sessions.id, sessions.user_id, users.role, sessions.token_hash,
    sessions.last_used_at, sessions.address, sessions.user_agent
"""
_ADD: Final = """
    INSERT INTO sessions (id, user_id, token_hash, created_at, last_used_at, address, user_agent)
    VALUES (%(id)s, %(user_id)s, %(token_hash)s, %(created_at)s, %(last_used_at)s, %(address)s,
            %(user_agent)s)
"""
_FIND: Final = f"""
    SELECT {_COLUMNS}
      FROM sessions JOIN users ON users.id = sessions.user_id
     WHERE sessions.token_hash = %(token_hash)s AND sessions.user_id = %(user_id)s
       AND users.standing = 'active'
"""
_TOUCH: Final = """
    UPDATE sessions SET last_used_at = %(at)s
     WHERE id = %(id)s AND user_id = %(user_id)s AND last_used_at < %(at)s
"""
_PAGE: Final = f"""
    SELECT {_COLUMNS}
      FROM sessions JOIN users ON users.id = sessions.user_id
     WHERE sessions.user_id = %(user_id)s
       AND sessions.last_used_at > %(used_after)s
       AND (sessions.created_at, sessions.id) < (%(before_at)s, %(before_id)s)
     ORDER BY sessions.created_at DESC, sessions.id DESC
     LIMIT %(rows)s
"""
_REVOKE: Final = """
    DELETE FROM sessions
     WHERE user_id = %(user_id)s
       AND (%(only)s::uuid IS NULL OR id = %(only)s)
       AND (%(keep)s::uuid IS NULL OR id <> %(keep)s)
    RETURNING 1
"""
_SWEEP: Final = """
    DELETE FROM sessions
     WHERE id IN (SELECT id FROM sessions WHERE last_used_at < %(before)s
                   LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
    RETURNING 1
"""


class PostgresSessionStore(SessionStore):
    """Keeps sessions in `sessions`, until they are revoked or swept."""

    def __init__(self, database: PostgresDatabase) -> None:
        """Keep them in `database`."""
        self._database = database

    async def add(self, session: Session) -> None:
        """Store a session."""
        parameters = {
            "id": session.id,
            "user_id": session.user_id,
            "token_hash": session.token_hash,
            "created_at": session.created_at,
            "last_used_at": session.last_used_at,
            "address": session.address,
            "user_agent": session.user_agent,
        }
        await self._database.execute(_ADD, parameters)

    async def find(self, user: UserId, token_hash: bytes) -> Session | None:
        """Give the session of an active account."""
        parameters = {"user_id": user, "token_hash": token_hash}
        row = await self._database.fetch_one(_FIND, parameters, repeatable=True)
        return None if row is None else _session(row)

    async def touch(self, user: UserId, session: SessionId, at: int) -> None:
        """Move the last use forward."""
        parameters = {"id": session, "user_id": user, "at": at}
        await self._database.execute(_TOUCH, parameters, repeatable=True)

    async def page(
        self, user: UserId, used_after: int, after: Position | None, limit: int
    ) -> Page[Session]:
        """Give the user's sessions that were used lately."""
        parameters = {"user_id": user, "used_after": used_after, **older_than(after, limit)}
        rows = await self._database.fetch(_PAGE, parameters, repeatable=True)
        return page_of(rows, limit, _session)

    async def revoke(
        self, user: UserId, *, only: SessionId | None = None, keep: SessionId | None = None
    ) -> int:
        """End the user's sessions."""
        parameters = {"user_id": user, "only": only, "keep": keep}
        return len(await self._database.fetch(_REVOKE, parameters))


class PostgresSessionSweeper(Sweeper):
    """Forgets sessions; one ended when it was used last."""

    def __init__(self, database: PostgresDatabase) -> None:
        """Sweep those of `database`."""
        self._database = database

    async def sweep(self, before: int, limit: int) -> int:
        """Remove sessions last used before `before`."""
        return len(await self._database.fetch(_SWEEP, {"before": before, "limit": limit}))


def _session(row: Row) -> Session:
    return Session(
        created_at=row[0],
        id=SessionId(row[1]),
        user_id=UserId(row[2]),
        role=Role(row[3]),
        token_hash=row[4],
        last_used_at=row[5],
        address=row[6],
        user_agent=row[7],
    )
