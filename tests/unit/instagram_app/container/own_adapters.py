"""Factories of one's own, good and bad, that tests name in settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from instagram_app.container.foundation import Foundation
from instagram_app.container.timelines import open_memory as open_memory_timelines
from instagram_core.assembly.families import TimelineFamily
from instagram_core.limits.ports import RateLimiter
from instagram_core.memory.limits import InMemoryRateLimiter

opened: list[str] = []
"""What was opened and closed, in order."""

NOT_CALLABLE = 1


@asynccontextmanager
async def open_limits(foundation: Foundation) -> AsyncIterator[RateLimiter]:
    """Give a rate limiter of one's own."""
    opened.append("limits opened")
    yield InMemoryRateLimiter(foundation.clock)
    opened.append("limits closed")


@asynccontextmanager
async def open_timelines(foundation: Foundation) -> AsyncIterator[TimelineFamily]:
    """Give timelines of one's own."""
    async with open_memory_timelines(foundation) as timelines:
        opened.append("timelines opened")
        yield timelines
        opened.append("timelines closed")


@asynccontextmanager
async def open_nothing_useful(_: Foundation) -> AsyncIterator[str]:
    """Give what is no adapter."""
    opened.append("nonsense opened")
    yield "a text"
    opened.append("nonsense closed")


def no_context_manager(_: Foundation) -> str:
    """Give what cannot be entered."""
    return "a text"
