"""Limits while the shared limiter is away."""

from collections.abc import Sequence

import pytest

from instagram_core.kernel.errors import AdapterClosed, AdapterUnavailable
from instagram_core.limits.fallback import SharedElseLocal
from instagram_core.limits.model import Limit, Verdict
from instagram_core.limits.ports import RateLimiter
from instagram_core.memory.limits import InMemoryRateLimiter
from instagram_core.testing.clocks import ManualClock

LIKES = Limit(action="like", subject="ann", attempts=10, seconds=60)
ALL = Limit(action="all", subject="ann", attempts=100, seconds=60)


class Shared(RateLimiter):
    """Counts in memory, and can be taken away."""

    def __init__(self) -> None:
        self.within = InMemoryRateLimiter(ManualClock())
        self.error: Exception | None = None

    async def acquire(self, limits: Sequence[Limit]) -> Verdict:
        """Judge, unless it is away."""
        if self.error is not None:
            raise self.error
        return await self.within.acquire(limits)


async def allowed(limiter: RateLimiter, attempts: int = 20, *limits: Limit) -> int:
    """Give how many of some attempts are let through."""
    return sum([(await limiter.acquire(limits or (LIKES,))).is_allowed for _ in range(attempts)])


def limiter(shared: RateLimiter, processes: int) -> SharedElseLocal:
    """Give what one of some processes has."""
    return SharedElseLocal(shared, InMemoryRateLimiter(ManualClock()), processes=processes)


async def test_the_shared_limiter_decides_while_it_is_there() -> None:
    """Two processes have one limit together."""
    shared = Shared()
    one, two = limiter(shared, 2), limiter(shared, 2)

    assert (await allowed(one, 6), await allowed(two)) == (6, 4)


@pytest.mark.parametrize(("processes", "expected"), [(1, 10), (2, 5), (3, 3), (40, 1)])
async def test_each_process_has_its_part_while_it_is_away(processes: int, expected: int) -> None:
    """Rounded down, and at least one."""
    shared = Shared()
    shared.error = AdapterUnavailable("gone")

    assert await allowed(limiter(shared, processes)) == expected


async def test_the_answer_names_the_limit_that_was_asked() -> None:
    """Not the part of it that one process has."""
    shared = Shared()
    shared.error = AdapterUnavailable("gone")

    verdict = await limiter(shared, 2).acquire([ALL, LIKES])

    assert (verdict.limit, verdict.remaining) == (LIKES, 4)


async def test_a_shared_limiter_that_returns_decides_again() -> None:
    """With what it had counted before."""
    shared = Shared()
    both = limiter(shared, 2)
    await allowed(both, 7)
    shared.error = AdapterUnavailable("gone")
    await allowed(both)
    shared.error = None

    assert await allowed(both) == 3


@pytest.mark.parametrize("error", [AdapterClosed("closed"), ValueError("no limits")])
async def test_mistakes_are_not_covered_up(error: Exception) -> None:
    """Only a server that is away is done without."""
    shared = Shared()
    shared.error = error

    with pytest.raises(type(error)):
        await limiter(shared, 2).acquire([LIKES])
