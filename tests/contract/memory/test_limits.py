"""The in-memory limiter keeps its contract."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from instagram_core.limits.ports import RateLimiter
from instagram_core.memory.limits import InMemoryRateLimiter
from instagram_core.testing.contracts.limits import RateLimiterContract


class TestInMemoryRateLimiter(RateLimiterContract):
    capabilities = frozenset({"clock", "close"})

    @asynccontextmanager
    async def open(self) -> AsyncIterator[RateLimiter]:
        """Give an empty one."""
        yield InMemoryRateLimiter(self.clock)
