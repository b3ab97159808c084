"""Limits that go on, a little coarser, while what all processes share is away."""

from collections.abc import Sequence

import attrs

from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.limits.model import Limit, Verdict
from instagram_core.limits.ports import RateLimiter


class SharedElseLocal(RateLimiter):
    """Counts in a shared limiter; while that is away, each process counts its part by itself.

    The parts of all processes make up the limit (each is at least one attempt), if requests are
    spread evenly over them. What was counted on one side is not known on the other.
    """

    def __init__(self, shared: RateLimiter, local: RateLimiter, *, processes: int = 1) -> None:
        """Count in `shared`, else in `local`, which one of `processes` processes has alone."""
        self._shared = shared
        self._local = local
        self._processes = processes

    async def acquire(self, limits: Sequence[Limit]) -> Verdict:
        """Judge one attempt; it is counted in all windows or in none.

        Where the shared one failed, whether it counted too is unknown.
        """
        try:
            return await self._shared.acquire(limits)
        except AdapterUnavailable:
            parts = [self._part(limit) for limit in limits]
            verdict = await self._local.acquire(parts)
            return attrs.evolve(verdict, limit=limits[parts.index(verdict.limit)])

    def _part(self, limit: Limit) -> Limit:
        return attrs.evolve(limit, attempts=max(1, limit.attempts // self._processes))
