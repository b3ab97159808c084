"""Exact sliding windows that all processes share."""

import hashlib
import math
from collections.abc import Sequence
from typing import Final

from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.limits.model import Limit, Verdict
from instagram_core.limits.ports import RateLimiter
from instagram_valkey.client import ValkeyClient
from instagram_valkey.scripts import Script

_LONGEST_SUBJECT: Final = 100


class ValkeyRateLimiter(RateLimiter):
    """Counts attempts in lists of accepted times, one for each key, by one script.

    The limits of one subject share a slot of a cluster; those of a sign-in have several subjects,
    which is why one server has to hold them all.
    """

    def __init__(self, client: ValkeyClient, clock: Clock | None = None) -> None:
        """Count on the server of `client`, by its own time unless a `clock` is given."""
        self._client = client
        self._prefix = client.key("limit", "")
        self._clock = clock
        self._script = Script.named("limits")

    async def acquire(self, limits: Sequence[Limit]) -> Verdict:
        """Judge one attempt; it is counted in all windows or in none."""
        keys = [self._key(limit) for limit in limits]
        if not keys or len(set(keys)) < len(keys):
            raise ValueError("an attempt needs limits, each with a key of its own")
        arguments: list[int | str] = [self._now()]
        for limit in limits:
            arguments += (limit.attempts, _window(limit.seconds))
        is_allowed, number, remaining, reset_at, now = await self._client.run(
            self._script, keys, arguments
        )
        return Verdict(
            is_allowed=bool(is_allowed),
            limit=limits[number - 1],
            remaining=remaining,
            reset_at=reset_at,
            retry_after=0 if is_allowed else (reset_at - now) / 1000,
        )

    def _key(self, limit: Limit) -> str:
        subject = limit.subject
        if len(subject) > _LONGEST_SUBJECT:
            # Whoever signs in writes what they like; a key need not be as long.
            subject = hashlib.sha256(subject.encode()).hexdigest()
        return f"{self._prefix}{{{subject}}}:{limit.action}"

    def _now(self) -> int | str:
        return "" if self._clock is None else to_milliseconds(self._clock.now())


def _window(seconds: float) -> int:
    """Give the length in milliseconds, rounded up; the inner rounding takes floats' noise away."""
    if isinstance(seconds, int):
        return seconds * 1000
    return math.ceil(round(seconds * 1000, 6))
