"""The home feed is right over stores in memory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from instagram_core.assembly.families import TimelineFamily
from instagram_core.kernel.ids import UuidV7Generator
from instagram_core.memory.database import Database
from instagram_core.memory.feed import (
    InMemoryAuthorTimeline,
    InMemoryFeedCache,
    InMemoryTimelineStore,
)
from instagram_core.memory.relational import in_memory_family
from instagram_core.testing.contracts.feed.home import HomeFeedContract
from instagram_core.testing.home.process import Feeds
from instagram_core.testing.home.stage import Stage


class TestHomeFeedInMemory(HomeFeedContract):
    capabilities = frozenset({"clock"})

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Feeds]:
        """Give empty stores."""
        database = Database(self.clock, UuidV7Generator(self.clock))
        yield Feeds(
            relational=in_memory_family(database),
            timelines=TimelineFamily(
                timelines=InMemoryTimelineStore(self.clock, cap=Stage.CAP),
                authors=InMemoryAuthorTimeline(self.clock, cap=Stage.CAP),
                cache=InMemoryFeedCache(self.clock),
            ),
        )

    async def flush(self, feeds: Feeds) -> None:
        """Let the life of everything run out."""
        await self.elapse(24 * 3600 + 1)
