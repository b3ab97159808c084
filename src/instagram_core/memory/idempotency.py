"""Keys of retries, kept with the effects they name."""

from itertools import islice
from typing import Final

import attrs

from instagram_core.idempotency.errors import KeyReusedError
from instagram_core.idempotency.model import EffectKey, StoredAnswer
from instagram_core.idempotency.ports import IdempotencyStore, IdempotencySweeper
from instagram_core.kernel.errors import TransactionError
from instagram_core.memory.database import Database
from instagram_core.memory.tables import ClaimRow

_LIFETIME: Final = 24 * 3600 * 1000


class InMemoryIdempotencyStore(IdempotencyStore):
    """Remembers keys. One transaction runs at a time, so a concurrent claim waits by itself."""

    def __init__(self, database: Database) -> None:
        """Remember them in `database`."""
        self._database = database

    async def claim(self, key: EffectKey, fingerprint: bytes) -> StoredAnswer | None:
        """Take a key, or give its answer; one that was left without an answer is free."""
        self._database.require_transaction()
        async with self._database.work() as tables:
            now = self._database.now()
            claim = tables.claims.get(key)
            if claim is not None and claim.answer is not None and not _is_over(claim, now):
                if claim.fingerprint != fingerprint:
                    raise KeyReusedError
                return claim.answer
            tables.claims[key] = ClaimRow(fingerprint=fingerprint, claimed_at=now)
            return None

    async def keep(self, key: EffectKey, answer: StoredAnswer) -> None:
        """Store the answer of a key; TransactionError when it was not claimed."""
        self._database.require_transaction()
        async with self._database.work() as tables:
            claim = tables.claims.get(key)
            if claim is None or claim.answer is not None:
                raise TransactionError("a key is claimed before its answer is kept")
            tables.claims[key] = attrs.evolve(claim, answer=answer)


class InMemoryIdempotencySweeper(IdempotencySweeper):
    """Forgets old keys."""

    def __init__(self, database: Database) -> None:
        """Sweep those of `database`."""
        self._database = database

    async def sweep(self, limit: int) -> int:
        """Remove old keys."""
        async with self._database.work() as tables:
            now = self._database.now()
            over = (key for key, claim in tables.claims.items() if _is_over(claim, now))
            chosen = list(islice(over, limit))
            for key in chosen:
                del tables.claims[key]
            return len(chosen)


def _is_over(claim: ClaimRow, now: int) -> bool:
    return claim.claimed_at + _LIFETIME < now
