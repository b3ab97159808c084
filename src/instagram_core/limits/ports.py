"""Who counts attempts."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Protocol

from instagram_core.limits.model import Limit, Verdict


class RateLimiter(Protocol):
    """Counts accepted attempts in exact sliding windows.

    An attempt accepted at time t counts at every moment in [t, t + seconds). Never more than
    `attempts` are accepted in any half-open window of that length, across all who share the store.
    """

    @abstractmethod
    async def acquire(self, limits: Sequence[Limit]) -> Verdict:
        """Judge one attempt against all `limits` at once, and count it in all or in none.

        A refused attempt consumes nothing. Time is the store's own. ValueError for no limits, or
        for one key twice. Not idempotent.
        """
