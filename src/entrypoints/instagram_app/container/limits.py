"""The rate limiters that settings choose among, and how each is opened."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from dependency_injector import containers, providers

from instagram_app.container.foundation import Foundation
from instagram_app.container.own import adapter_key, open_own
from instagram_app.settings.values import Family
from instagram_core.limits.ports import RateLimiter


@asynccontextmanager
async def open_memory(foundation: Foundation) -> AsyncIterator[RateLimiter]:
    """Count in this process."""
    from instagram_core.memory.limits import InMemoryRateLimiter

    yield InMemoryRateLimiter(foundation.clock)


class LimitAdapters(containers.DeclarativeContainer):
    """Rate limiters by name."""

    foundation = providers.Dependency(instance_of=Foundation)
    opened = providers.Selector(
        providers.Callable(adapter_key, foundation, Family.LIMITS),
        memory=providers.Callable(open_memory, foundation),
        own=providers.Callable(open_own, foundation, Family.LIMITS),
    )
