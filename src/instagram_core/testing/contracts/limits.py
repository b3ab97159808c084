"""The contract of limits: exact sliding windows, judged against a model that counts one by one."""

import asyncio
import math
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from hypothesis import strategies as st

from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.limits.model import Limit, Verdict
from instagram_core.limits.ports import RateLimiter
from instagram_core.testing.capabilities import requires
from instagram_core.testing.machine import Machine, StatefulContract, move


class ObviousRateLimiter(RateLimiter):
    """Keeps every accepted attempt for ever and counts those in the window, one by one."""

    def __init__(self, clock: Clock) -> None:
        """Take the time from `clock`."""
        self._clock = clock
        self._accepted: dict[str, list[int]] = {}

    async def acquire(self, limits: Sequence[Limit]) -> Verdict:
        """Judge one attempt."""
        if not limits or len({limit.key for limit in limits}) < len(limits):
            raise ValueError("an attempt needs limits of different keys")
        now = to_milliseconds(self._clock.now())
        refusals = [verdict for limit in limits if (verdict := self._refusal(limit, now))]
        if refusals:
            return max(refusals, key=lambda verdict: verdict.reset_at)
        for limit in limits:
            self._accepted.setdefault(limit.key, []).append(now)
        verdicts = [self._acceptance(limit, now) for limit in limits]
        return min(verdicts, key=lambda verdict: (verdict.remaining, -verdict.reset_at))

    def _counted(self, limit: Limit, now: int) -> list[int]:
        accepted = self._accepted.get(limit.key, [])
        return sorted(at for at in accepted if now < at + _window(limit))

    def _refusal(self, limit: Limit, now: int) -> Verdict | None:
        counted = self._counted(limit, now)
        if len(counted) < limit.attempts:
            return None
        reset_at = counted[len(counted) - limit.attempts] + _window(limit)
        wait = (reset_at - now) / 1000
        return Verdict(
            is_allowed=False, limit=limit, remaining=0, reset_at=reset_at, retry_after=wait
        )

    def _acceptance(self, limit: Limit, now: int) -> Verdict:
        counted = self._counted(limit, now)
        return Verdict(
            is_allowed=True,
            limit=limit,
            remaining=limit.attempts - len(counted),
            reset_at=counted[0] + _window(limit),
            retry_after=0,
        )


class LimitMachine(Machine[RateLimiter]):
    """Attempts under one, two or three limits of two people."""

    pauses = st.sampled_from([0.001, 0.999, 1, 1.001, 1.999, 2, 3, 5])

    @move(
        who=st.integers(0, 1),
        which=st.lists(st.integers(0, 2), min_size=1, max_size=3, unique=True),
    )
    async def attempt(self, who: int, which: list[int]) -> object:
        """Try once; of equally tight limits any may be named."""
        shapes = ((2, 1.0), (3, 2.0), (4, 5.0))
        subject = str(self.world.id(who))
        limits = [
            Limit(action=f"act{n}", subject=subject, attempts=shapes[n][0], seconds=shapes[n][1])
            for n in which
        ]
        verdict = await self.subject.acquire(limits)
        assert verdict.limit in limits
        wait = round(verdict.retry_after * 1000)
        return verdict.is_allowed, verdict.remaining, verdict.reset_at, wait


class RateLimiterContract(StatefulContract[RateLimiter]):
    """What every `RateLimiter` does."""

    machine = LimitMachine

    @asynccontextmanager
    async def reference(self) -> AsyncIterator[RateLimiter]:
        """Give the obvious limiter."""
        yield ObviousRateLimiter(self.clock)

    async def touch(self, subject: RateLimiter) -> object:
        """Try something that is nearly unlimited."""
        limit = Limit(action="touch", subject="anybody", attempts=10_000, seconds=60)
        return await subject.acquire([limit])

    def limit(self, attempts: int, seconds: float = 60, action: str = "like") -> Limit:
        """Give a limit of somebody new."""
        return Limit(action=action, subject=str(self.ids.new()), attempts=attempts, seconds=seconds)

    async def test_attempts_up_to_the_limit_are_allowed(self, limiter: RateLimiter) -> None:
        """Each says how many remain, and names the limit."""
        limit = self.limit(3)
        verdicts = [await limiter.acquire([limit]) for _ in range(3)]
        assert [verdict.is_allowed for verdict in verdicts] == [True, True, True]
        assert [verdict.remaining for verdict in verdicts] == [2, 1, 0]
        assert {(limit, 0)} == {(verdict.limit, verdict.retry_after) for verdict in verdicts}

    async def test_one_more_is_refused(self, limiter: RateLimiter) -> None:
        """The refusal names the limit and a wait within the window."""
        limit = self.limit(2)
        await self._fill(limiter, limit)
        verdict = await limiter.acquire([limit])
        assert (False, 0, limit) == (verdict.is_allowed, verdict.remaining, verdict.limit)
        assert 0 < verdict.retry_after <= limit.seconds

    @requires("clock")
    async def test_a_refusal_tells_when_the_next_is_allowed(self, limiter: RateLimiter) -> None:
        """One millisecond before that moment is too early, the moment itself is not."""
        limit = self.limit(2, seconds=10)
        began = to_milliseconds(self.clock.now())
        await limiter.acquire([limit])
        await self.elapse(4)
        await limiter.acquire([limit])
        refused = await limiter.acquire([limit])
        assert (began + 10_000, 6) == (refused.reset_at, round(refused.retry_after, 3))
        await self.elapse(5.999)
        assert not (await limiter.acquire([limit])).is_allowed, "one millisecond early"
        await self.elapse(0.001)
        assert (await limiter.acquire([limit])).is_allowed, "the attempt has left the window"

    @requires("clock")
    async def test_no_window_holds_more_than_the_limit(self, limiter: RateLimiter) -> None:
        """Attempts at the end of one period and the start of the next share a window."""
        limit = self.limit(4, seconds=10)
        await limiter.acquire([limit])
        await self.elapse(9)
        for _ in range(3):
            await limiter.acquire([limit])
        await self.elapse(1)
        allowed = [(await limiter.acquire([limit])).is_allowed for _ in range(4)]
        assert allowed == [True, False, False, False]

    @requires("clock")
    async def test_a_refused_attempt_consumes_nothing(self, limiter: RateLimiter) -> None:
        """Knocking while refused does not put the end off."""
        limit = self.limit(1, seconds=10)
        await limiter.acquire([limit])
        for _ in range(3):
            await self.elapse(3)
            assert not (await limiter.acquire([limit])).is_allowed
        await self.elapse(1)
        assert (await limiter.acquire([limit])).is_allowed

    async def test_one_refusing_limit_spares_the_others(self, limiter: RateLimiter) -> None:
        """All limits are judged before any is consumed, wherever the refusing one stands."""
        wide, narrow, last = self.limit(4), self.limit(1), self.limit(4)
        await limiter.acquire([wide, narrow, last])
        for _ in range(5):
            refused = await limiter.acquire([wide, narrow, last])
            assert (False, narrow) == (refused.is_allowed, refused.limit)
        for spared in (wide, last):
            assert (await limiter.acquire([spared])).remaining == 2

    async def test_the_tightest_limit_answers(self, limiter: RateLimiter) -> None:
        """Allowed, it is the one with the fewest attempts remaining."""
        wide, narrow = self.limit(9), self.limit(3)
        verdict = await limiter.acquire([wide, narrow])
        assert (narrow, 2) == (verdict.limit, verdict.remaining)

    async def test_the_refusal_that_ends_last_answers(self, limiter: RateLimiter) -> None:
        """Refused by two, waiting for the shorter one would be futile."""
        short, long = self.limit(1, seconds=60), self.limit(1, seconds=600)
        await limiter.acquire([short, long])
        verdict = await limiter.acquire([long, short])
        assert (False, long) == (verdict.is_allowed, verdict.limit)

    async def test_subjects_and_actions_are_counted_apart(self, limiter: RateLimiter) -> None:
        """Whoever used up their limit does not use up another's, nor another action's."""
        limit = self.limit(1, action="like")
        await self._fill(limiter, limit)
        other_subject = self.limit(1, action="like")
        other_action = Limit(action="post", subject=limit.subject, attempts=1, seconds=60)
        assert (await limiter.acquire([other_subject])).is_allowed
        assert (await limiter.acquire([other_action])).is_allowed

    async def test_concurrent_attempts_never_pass_the_limit(self, limiter: RateLimiter) -> None:
        """Of fifty at once exactly as many are allowed as the limit says."""
        first, second = self.limit(10), self.limit(30)
        verdicts = await asyncio.gather(*(limiter.acquire([first, second]) for _ in range(50)))
        assert sum(verdict.is_allowed for verdict in verdicts) == 10
        assert (await limiter.acquire([second])).remaining == 19

    @pytest.mark.parametrize("count", [0, 2])
    async def test_no_limit_or_one_twice_is_an_error(
        self, limiter: RateLimiter, count: int
    ) -> None:
        """Both are mistakes of the caller."""
        with pytest.raises(ValueError, match=r".+"):
            await limiter.acquire([self.limit(1)] * count)

    @requires("reopen")
    async def test_handles_share_their_counts(self, limiter: RateLimiter) -> None:
        """What one process allowed counts for another."""
        limit = self.limit(1)
        await limiter.acquire([limit])
        async with self.reopen() as other:
            assert not (await other.acquire([limit])).is_allowed

    async def _fill(self, limiter: RateLimiter, limit: Limit) -> None:
        for _ in range(limit.attempts):
            assert (await limiter.acquire([limit])).is_allowed


def _window(limit: Limit) -> int:
    return math.ceil(round(limit.seconds * 1000, 6))
