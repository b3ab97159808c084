"""Keys of retries, kept with the effects they name."""

from typing import Final

from instagram_core.idempotency.errors import KeyReusedError
from instagram_core.idempotency.model import EffectKey, StoredAnswer
from instagram_core.idempotency.ports import IdempotencyStore, IdempotencySweeper
from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.kernel.errors import TransactionError
from instagram_postgres.database import PostgresDatabase

_LIFETIME: Final = 24 * 3600 * 1000

# Waits for a concurrent claim of the same key, by the unique index.
_CLAIM: Final = """
    INSERT INTO idempotency_keys AS known (user_id, route, key, fingerprint, claimed_at)
    VALUES (%(user_id)s, %(route)s, %(key)s, %(fingerprint)s, %(now)s)
        ON CONFLICT (user_id, route, key) DO UPDATE
       SET fingerprint = excluded.fingerprint, claimed_at = excluded.claimed_at, status = NULL,
           body = NULL
     WHERE known.status IS NULL OR known.claimed_at < %(oldest)s
    RETURNING 1
"""
_ANSWER: Final = """
    SELECT fingerprint, status, body
      FROM idempotency_keys
     WHERE user_id = %(user_id)s AND route = %(route)s AND key = %(key)s
"""
_KEEP: Final = """
    UPDATE idempotency_keys
       SET status = %(status)s, body = %(body)s
     WHERE user_id = %(user_id)s AND route = %(route)s AND key = %(key)s AND status IS NULL
    RETURNING 1
"""
_SWEEP: Final = """
    DELETE FROM idempotency_keys
     WHERE (user_id, route, key) IN (
               SELECT user_id, route, key
                 FROM idempotency_keys
                WHERE claimed_at < %(oldest)s
                LIMIT %(limit)s
                  FOR UPDATE SKIP LOCKED
           )
    RETURNING 1
"""


class PostgresIdempotencyStore(IdempotencyStore):
    """Remembers keys in `idempotency_keys`."""

    def __init__(self, database: PostgresDatabase, clock: Clock) -> None:
        """Remember them in `database`; keys age by `clock`."""
        self._database = database
        self._clock = clock

    async def claim(self, key: EffectKey, fingerprint: bytes) -> StoredAnswer | None:
        """Take a key, or give its answer; one that was left without an answer is free."""
        self._require_transaction()
        now = to_milliseconds(self._clock.now())
        times = {"now": now, "oldest": now - _LIFETIME}
        parameters = {**_named(key), "fingerprint": fingerprint, **times}
        if await self._database.fetch_one(_CLAIM, parameters) is not None:
            return None
        row = await self._database.fetch_one(_ANSWER, _named(key))
        if row is None or row[0] != fingerprint:
            raise self._database.refusal(KeyReusedError())
        return StoredAnswer(status=row[1], body=row[2])

    async def keep(self, key: EffectKey, answer: StoredAnswer) -> None:
        """Store the answer of a key; TransactionError when it was not claimed."""
        self._require_transaction()
        parameters = {**_named(key), "status": answer.status, "body": answer.body}
        if await self._database.fetch_one(_KEEP, parameters) is None:
            error = TransactionError("a key is claimed before its answer is kept")
            raise self._database.refusal(error)

    def _require_transaction(self) -> None:
        if self._database.unit() is None:
            raise TransactionError("this needs an ambient transaction")


class PostgresIdempotencySweeper(IdempotencySweeper):
    """Forgets old keys."""

    def __init__(self, database: PostgresDatabase, clock: Clock) -> None:
        """Sweep those of `database`, old by `clock`."""
        self._database = database
        self._clock = clock

    async def sweep(self, limit: int) -> int:
        """Remove old keys."""
        oldest = to_milliseconds(self._clock.now()) - _LIFETIME
        return len(await self._database.fetch(_SWEEP, {"oldest": oldest, "limit": limit}))


def _named(key: EffectKey) -> dict[str, object]:
    return {"user_id": key.user, "route": key.route, "key": key.key}
