"""Asking whether an attempt may go on."""

from collections.abc import Sequence
from functools import lru_cache
from typing import ClassVar

from instagram_core.limits.errors import LimitExceededError
from instagram_core.limits.model import Limit, Verdict
from instagram_core.limits.policy import LimitRules
from instagram_core.limits.ports import RateLimiter


class Limits:
    """Judges requests by the rules in force."""

    REMEMBERED: ClassVar[int] = 8192
    """Users whose limits are not put together anew."""

    def __init__(self, *, limiter: RateLimiter, rules: LimitRules) -> None:
        """Count with `limiter`, by `rules`."""
        self._limiter = limiter
        self._rules = rules
        self._of_user = lru_cache(self.REMEMBERED)(rules.of_user)

    async def by_user(self, user: str, action: str | None = None) -> Verdict:
        """Count one request of a signed-in user; LimitExceededError when it is too many.

        The overall limit and the action's are judged together: a refusal consumes neither.
        """
        return await self._judge(self._of_user(user, action))

    async def by_address(self, address: str) -> Verdict:
        """Count one request without a session; LimitExceededError when it is too many."""
        return await self._judge(self._rules.of_address(address))

    async def of_login(self, login: str, address: str) -> Verdict:
        """Count one sign-in, by account and by address; LimitExceededError when it is too many."""
        return await self._judge(self._rules.of_login(login, address))

    async def _judge(self, limits: Sequence[Limit]) -> Verdict:
        verdict = await self._limiter.acquire(limits)
        if not verdict.is_allowed:
            raise LimitExceededError(
                action=verdict.limit.action,
                attempts=verdict.limit.attempts,
                reset_at=verdict.reset_at,
                retry_after=verdict.retry_after,
            )
        return verdict
