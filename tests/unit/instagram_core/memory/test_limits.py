"""What the contract of limits does not ask: memory, clocks that step back, lowered limits."""

import asyncio

import pytest

from instagram_core.kernel.clock import to_milliseconds
from instagram_core.limits.model import Limit, Verdict
from instagram_core.memory.expiring import Expiring
from instagram_core.memory.limits import InMemoryRateLimiter
from instagram_core.testing.clocks import ManualClock


def limit(attempts: int = 3, seconds: float = 10, subject: str = "ann") -> Limit:
    """Give a limit."""
    return Limit(action="like", subject=subject, attempts=attempts, seconds=seconds)


class Attempts:
    """A limiter and its clock."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.limiter = InMemoryRateLimiter(self.clock)

    def attempt(self, *limits: Limit) -> Verdict:
        """Try once."""
        return asyncio.run(self.limiter.acquire(limits))


def test_idle_keys_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand people who tried once each do not stay in memory."""
    monkeypatch.setattr(Expiring, "SWEPT_FROM", 16)
    attempts = Attempts()

    async def run() -> None:
        for number in range(1000):
            await attempts.limiter.acquire([limit(subject=str(number))])
            attempts.clock.advance(1)

    asyncio.run(run())

    assert len(attempts.limiter._accepted) <= 2 * 11


def test_a_busy_key_remembers_one_window_only() -> None:
    """The list of accepted times is never longer than the limit."""
    attempts = Attempts()

    for _ in range(100):
        attempts.attempt(limit(attempts=3, seconds=10))
        attempts.clock.advance(2)

    times = attempts.limiter._accepted.get("like:ann")
    assert times is not None
    assert len(times) <= 3


@pytest.mark.parametrize("step", [-1, -5, -3600])
def test_a_clock_that_steps_back_frees_nothing(step: float) -> None:
    """Attempts that lie in the future count until the clock has passed them by a whole window."""
    attempts = Attempts()
    began = to_milliseconds(attempts.clock.now())
    attempts.attempt(limit(attempts=2, seconds=10))
    attempts.clock.advance(step)
    assert attempts.attempt(limit(attempts=2, seconds=10)).is_allowed

    refused = attempts.attempt(limit(attempts=2, seconds=10))

    assert not refused.is_allowed
    assert refused.reset_at == min(began, began + round(step * 1000)) + 10_000


def test_a_lowered_limit_says_when_it_will_allow() -> None:
    """With more counted than allowed, all but one less than the limit must leave first."""
    attempts = Attempts()
    began = to_milliseconds(attempts.clock.now())
    for _ in range(4):
        attempts.attempt(limit(attempts=4))
        attempts.clock.advance(1)

    refused = attempts.attempt(limit(attempts=2))

    assert not refused.is_allowed
    assert refused.reset_at == began + 2_000 + 10_000
    attempts.clock.advance(refused.retry_after)
    assert attempts.attempt(limit(attempts=2)).is_allowed


@pytest.mark.parametrize(("seconds", "milliseconds"), [(0.29, 290), (0.0004, 1), (1.1, 1100)])
def test_a_window_is_whole_milliseconds_rounded_up(seconds: float, milliseconds: int) -> None:
    """The clock knows no less, and rounding down would let one too many in."""
    attempts = Attempts()
    began = to_milliseconds(attempts.clock.now())

    verdict = attempts.attempt(limit(seconds=seconds))

    assert verdict.reset_at - began == milliseconds
