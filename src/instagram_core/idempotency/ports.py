"""Where keys are kept: with the effects they name."""

from abc import abstractmethod
from typing import Protocol

from instagram_core.idempotency.model import EffectKey, StoredAnswer


class IdempotencyStore(Protocol):
    """Remembers keys for 24 hours, as rows of the effect's own transaction.

    Both methods need an ambient transaction (TransactionError outside one). A rolled back effect
    leaves no key.
    """

    @abstractmethod
    async def claim(self, key: EffectKey, fingerprint: bytes) -> StoredAnswer | None:
        """Take `key` for a request, or give the answer it had.

        None: the key was free (or older than 24 h) and is now taken; do the effect and `keep` its
        answer. A concurrent claim of the same key waits until the first transaction ends. Raises
        KeyReusedError when it was used with another fingerprint.
        """

    @abstractmethod
    async def keep(self, key: EffectKey, answer: StoredAnswer) -> None:
        """Store the answer of a key this transaction claimed."""


class IdempotencySweeper(Protocol):
    """Forgets old keys."""

    @abstractmethod
    async def sweep(self, limit: int) -> int:
        """Remove up to `limit` keys older than 24 h; give how many."""
