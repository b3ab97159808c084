"""Doing an effect once for a key."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import ClassVar

import attrs

from instagram_core.idempotency.model import EffectKey, StoredAnswer
from instagram_core.idempotency.ports import IdempotencyStore, IdempotencySweeper
from instagram_core.kernel.transaction import Transaction


@attrs.frozen(kw_only=True)
class Effect:
    """An answer, and whether it was given before."""

    answer: StoredAnswer
    is_replay: bool


class _NothingKeptError(Exception):
    """Undoes taking a key that was only asked for."""


class Idempotency:
    """Runs an effect and keeps its answer in one transaction, or replays what was kept."""

    ROWS_AT_ONCE: ClassVar[int] = 1000

    def __init__(
        self, *, transaction: Transaction, store: IdempotencyStore, sweeper: IdempotencySweeper
    ) -> None:
        """Work on these."""
        self._transaction = transaction
        self._store = store
        self._sweeper = sweeper

    async def once(
        self, key: EffectKey, fingerprint: bytes, effect: Callable[[], Awaitable[StoredAnswer]]
    ) -> Effect:
        """Give the answer of `effect`, or the first answer of the same key and request.

        - A concurrent duplicate waits and replays.
        - The same key with another request: KeyReusedError.
        - An effect that raises leaves no key: refusals are not stored.
        """
        async with self._transaction():
            kept = await self._store.claim(key, fingerprint)
            if kept is not None:
                return Effect(answer=kept, is_replay=True)
            answer = await effect()
            await self._store.keep(key, answer)
        return Effect(answer=answer, is_replay=False)

    async def replay(self, key: EffectKey, fingerprint: bytes) -> StoredAnswer | None:
        """Give the first answer of the same key and request; None, taking nothing, without one.

        A concurrent duplicate is waited for. The same key with another request: KeyReusedError.
        """
        with suppress(_NothingKeptError):
            async with self._transaction():
                kept = await self._store.claim(key, fingerprint)
                if kept is None:
                    raise _NothingKeptError  # gives the key back
                return kept
        return None

    async def sweep(self) -> int:
        """Forget keys that are older than a day; give how many."""
        total = 0
        while removed := await self._sweeper.sweep(self.ROWS_AT_ONCE):
            total += removed
        return total
