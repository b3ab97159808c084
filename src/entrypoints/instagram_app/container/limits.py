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


@asynccontextmanager
async def open_valkey(foundation: Foundation) -> AsyncIterator[RateLimiter]:
    """Count in Valkey, and in this process while that is away."""
    from instagram_core.limits.fallback import SharedElseLocal
    from instagram_core.memory.limits import InMemoryRateLimiter
    from instagram_valkey.limits import ValkeyRateLimiter

    shared = ValkeyRateLimiter(await foundation.valkey.client())
    local = InMemoryRateLimiter(foundation.clock)
    yield SharedElseLocal(shared, local, processes=foundation.processes)


class LimitAdapters(containers.DeclarativeContainer):
    """Rate limiters by name."""

    foundation = providers.Dependency(instance_of=Foundation)
    opened = providers.Selector(
        providers.Callable(adapter_key, foundation, Family.LIMITS),
        memory=providers.Callable(open_memory, foundation),
        valkey=providers.Callable(open_valkey, foundation),
        own=providers.Callable(open_own, foundation, Family.LIMITS),
    )
