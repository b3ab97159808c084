"""The timeline families that settings choose among, and how each is opened."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from dependency_injector import containers, providers

from instagram_app.container.foundation import Foundation
from instagram_app.container.own import adapter_key, open_own
from instagram_app.settings.values import Family
from instagram_core.assembly.families import TimelineFamily

_HOUR = 3600


@asynccontextmanager
async def open_memory(foundation: Foundation) -> AsyncIterator[TimelineFamily]:
    """Keep timelines and pages in this process."""
    from instagram_core.memory.feed.authors import InMemoryAuthorTimeline
    from instagram_core.memory.feed.cache import InMemoryFeedCache
    from instagram_core.memory.feed.timelines import InMemoryTimelineStore

    settings, clock = foundation.settings, foundation.clock
    cap = settings.feed_timeline_cap
    yield TimelineFamily(
        timelines=InMemoryTimelineStore(
            clock, cap=cap, lifetime_seconds=settings.feed_timeline_hours * _HOUR
        ),
        authors=InMemoryAuthorTimeline(clock, cap=cap),
        cache=InMemoryFeedCache(clock),
    )


@asynccontextmanager
async def open_valkey(foundation: Foundation) -> AsyncIterator[TimelineFamily]:
    """Keep timelines and pages in Valkey, for all processes."""
    from instagram_valkey.feed.authors import ValkeyAuthorTimeline
    from instagram_valkey.feed.cache import ValkeyFeedCache
    from instagram_valkey.feed.former import FormerLives
    from instagram_valkey.feed.timelines import ValkeyTimelineStore

    settings, client = foundation.settings, await foundation.valkey.client()
    cap = settings.feed_timeline_cap
    tidying = asyncio.create_task(FormerLives(client).watch())
    try:
        yield TimelineFamily(
            timelines=ValkeyTimelineStore(
                client, cap=cap, lifetime_seconds=settings.feed_timeline_hours * _HOUR
            ),
            authors=ValkeyAuthorTimeline(client, cap=cap),
            cache=ValkeyFeedCache(client),
        )
    finally:
        tidying.cancel()


class TimelineAdapters(containers.DeclarativeContainer):
    """Timeline families by name."""

    foundation = providers.Dependency(instance_of=Foundation)
    opened = providers.Selector(
        providers.Callable(adapter_key, foundation, Family.TIMELINES),
        memory=providers.Callable(open_memory, foundation),
        valkey=providers.Callable(open_valkey, foundation),
        own=providers.Callable(open_own, foundation, Family.TIMELINES),
    )
