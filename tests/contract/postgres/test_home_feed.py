"""The home feed is right over PostgreSQL, with the quick stores in memory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from instagram_core.assembly.families import TimelineFamily
from instagram_core.kernel.ids import UuidV7Generator
from instagram_core.memory.feed import (
    InMemoryAuthorTimeline,
    InMemoryFeedCache,
    InMemoryTimelineStore,
)
from instagram_core.testing.contracts.feed.home import HomeFeedContract
from instagram_core.testing.home.process import Feeds
from instagram_core.testing.home.stage import Stage
from instagram_postgres.database import PostgresDatabase
from instagram_postgres.family import postgres_family
from tests.contract.postgres.connections import SETTINGS
from tests.servers.postgres import wheel_databases


class TestHomeFeedOnWheel(HomeFeedContract):
    capabilities = frozenset({"clock"})

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Feeds]:
        """Give empty stores."""
        async with PostgresDatabase.open(await wheel_databases().fresh(), SETTINGS) as database:
            yield Feeds(
                relational=postgres_family(database, self.clock, UuidV7Generator(self.clock)),
                timelines=TimelineFamily(
                    timelines=InMemoryTimelineStore(self.clock, cap=Stage.CAP),
                    authors=InMemoryAuthorTimeline(self.clock, cap=Stage.CAP),
                    cache=InMemoryFeedCache(self.clock),
                ),
            )

    async def flush(self, feeds: Feeds) -> None:
        """Let the life of everything run out."""
        await self.elapse(24 * 3600 + 1)
