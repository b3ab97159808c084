"""Exact sliding windows: a list of accepted times for each key."""

import math
from bisect import bisect_right, insort
from collections.abc import Sequence

from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.limits.model import Limit, Verdict
from instagram_core.limits.ports import RateLimiter
from instagram_core.memory.closing import Closable
from instagram_core.memory.expiring import Expiring


class InMemoryRateLimiter(Closable, RateLimiter):
    """Counts attempts within one process.

    A key that nobody tried for the length of its window is forgotten. Of a key that comes with
    windows of different lengths the latest one decides what is still remembered.
    """

    def __init__(self, clock: Clock) -> None:
        """Take the time from `clock`; where it steps back, attempts of the future still count."""
        self._clock = clock
        self._accepted: Expiring[str, list[int]] = Expiring(clock)

    async def acquire(self, limits: Sequence[Limit]) -> Verdict:
        """Judge one attempt; it is counted in all windows or in none."""
        self.check_open()
        if not limits or len({limit.key for limit in limits}) < len(limits):
            raise ValueError("an attempt needs limits, each with a key of its own")
        now = to_milliseconds(self._clock.now())
        refusals = [
            _refusal(limit, counted, now)
            for limit in limits
            if len(counted := self._counted(limit, now)) >= limit.attempts
        ]
        if refusals:
            return max(refusals, key=lambda verdict: verdict.reset_at)
        verdicts = [self._accept(limit, now) for limit in limits]
        return min(verdicts, key=lambda verdict: (verdict.remaining, -verdict.reset_at))

    def _counted(self, limit: Limit, now: int) -> list[int]:
        accepted = self._accepted.get(limit.key) or []
        del accepted[: bisect_right(accepted, now - _window(limit))]
        return accepted

    def _accept(self, limit: Limit, now: int) -> Verdict:
        counted = self._counted(limit, now)
        insort(counted, now)
        latest = counted[-1] + _window(limit) - now
        self._accepted.put(limit.key, counted, latest / 1000)
        return Verdict(
            is_allowed=True,
            limit=limit,
            remaining=limit.attempts - len(counted),
            reset_at=counted[0] + _window(limit),
            retry_after=0,
        )


def _refusal(limit: Limit, counted: Sequence[int], now: int) -> Verdict:
    # The attempt that must leave first is not the oldest where the limit was lowered meanwhile.
    reset_at = counted[-limit.attempts] + _window(limit)
    return Verdict(
        is_allowed=False,
        limit=limit,
        remaining=0,
        reset_at=reset_at,
        retry_after=(reset_at - now) / 1000,
    )


def _window(limit: Limit) -> int:
    """Give the length in milliseconds, rounded up; the inner rounding takes floats' noise away."""
    return math.ceil(round(limit.seconds * 1000, 6))
