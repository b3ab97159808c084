"""Wrong limiters."""

import asyncio
from collections.abc import Sequence

import attrs

from instagram_core.kernel.clock import to_milliseconds
from instagram_core.limits.model import Limit, Verdict
from instagram_core.testing.contracts.limits import ObviousRateLimiter, RateLimiterContract
from tests.unit.instagram_core.testing.mutants.harness import Around, Mutants

limiters = Mutants(RateLimiterContract, right=lambda case: ObviousRateLimiter(case.clock))


@limiters.caught_by("test_no_window_holds_more_than_the_limit")
class LimiterStartsWindowsOnTheMinute(Around):
    """Counts in fixed windows that begin together, so two of them meet at a border."""

    def __init__(self, right: ObviousRateLimiter) -> None:
        super().__init__(right)
        self.counts: dict[tuple[str, int], int] = {}

    async def acquire(self, limits: Sequence[Limit]) -> Verdict:
        now = to_milliseconds(self.right._clock.now())
        keys = [(limit.key, int(now // (limit.seconds * 1000))) for limit in limits]
        allowed = all(
            self.counts.get(key, 0) < limit.attempts
            for key, limit in zip(keys, limits, strict=True)
        )
        for key in keys if allowed else ():
            self.counts[key] = self.counts.get(key, 0) + 1
        remaining = min(
            limit.attempts - self.counts.get(key, 0)
            for key, limit in zip(keys, limits, strict=True)
        )
        return Verdict(
            is_allowed=allowed, limit=limits[0], remaining=remaining, reset_at=now, retry_after=0
        )


@limiters.caught_by("test_a_refused_attempt_consumes_nothing")
class LimiterCountsRefusals(Around):
    """Whoever knocks while refused is kept out longer."""

    async def acquire(self, limits: Sequence[Limit]) -> Verdict:
        verdict: Verdict = await self.right.acquire(limits)
        if not verdict.is_allowed:
            now = to_milliseconds(self.right._clock.now())
            self.right._accepted[verdict.limit.key].append(now)
        return verdict


@limiters.caught_by("test_one_refusing_limit_spares_the_others")
class LimiterConsumesOneByOne(Around):
    """Takes from the first limits before the last one refuses."""

    async def acquire(self, limits: Sequence[Limit]) -> Verdict:
        verdicts: list[Verdict] = []
        for limit in limits:
            verdicts.append(await self.right.acquire([limit]))
            if not verdicts[-1].is_allowed:
                return verdicts[-1]
        return min(verdicts, key=lambda verdict: verdict.remaining)


@limiters.caught_by("test_subjects_and_actions_are_counted_apart")
class LimiterForgetsWhoAsks(Around):
    """Counts an action for everybody together."""

    async def acquire(self, limits: Sequence[Limit]) -> Verdict:
        verdict: Verdict = await self.right.acquire(
            [attrs.evolve(limit, subject="everybody") for limit in limits]
        )
        return verdict


@limiters.caught_by("test_a_refusal_tells_when_the_next_is_allowed")
class LimiterClosesWindowsLate(Around):
    """Counts an attempt for a millisecond more."""

    async def acquire(self, limits: Sequence[Limit]) -> Verdict:
        verdict: Verdict = await self.right.acquire(
            [attrs.evolve(limit, seconds=limit.seconds + 0.001) for limit in limits]
        )
        return verdict


@limiters.caught_by("test_concurrent_attempts_never_pass_the_limit")
class LimiterRacesWithItself(Around):
    """Counts first and stores later."""

    async def acquire(self, limits: Sequence[Limit]) -> Verdict:
        before = {key: list(times) for key, times in self.right._accepted.items()}
        await asyncio.sleep(0)
        now, self.right._accepted = self.right._accepted, before
        verdict: Verdict = await self.right.acquire(limits)
        self.right._accepted = now
        for limit in limits if verdict.is_allowed else ():
            now.setdefault(limit.key, []).append(to_milliseconds(self.right._clock.now()))
        return verdict


@limiters.caught_by("test_the_tightest_limit_answers")
class LimiterAnswersWithTheFirst(Around):
    """Tells the limit that was asked first, tight or not."""

    async def acquire(self, limits: Sequence[Limit]) -> Verdict:
        verdict: Verdict = await self.right.acquire(limits)
        return attrs.evolve(verdict, limit=limits[0])


@limiters.caught_by("test_agrees_with_the_reference")
class LimiterForgetsAtTheOldestsEnd(Around):
    """Starts anew when the oldest attempt leaves the window, the later ones with it."""

    async def acquire(self, limits: Sequence[Limit]) -> Verdict:
        now = to_milliseconds(self.right._clock.now())
        for limit in limits:
            times = self.right._accepted.get(limit.key, [])
            if times and times[0] + limit.seconds * 1000 <= now:
                times.clear()
        verdict: Verdict = await self.right.acquire(limits)
        return verdict
