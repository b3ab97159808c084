"""The home feed is right over PostgreSQL and Valkey."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from instagram_core.assembly.families import TimelineFamily
from instagram_core.kernel.ids import UuidV7Generator
from instagram_core.testing.contracts.feed.home import HomeFeedContract
from instagram_core.testing.home.process import Feeds
from instagram_core.testing.home.stage import Stage
from instagram_postgres.database import PostgresDatabase
from instagram_postgres.family import postgres_family
from instagram_valkey.client import ValkeyClient
from instagram_valkey.feed.authors import ValkeyAuthorTimeline
from instagram_valkey.feed.cache import ValkeyFeedCache
from instagram_valkey.feed.timelines import ValkeyTimelineStore
from tests.contract.postgres.connections import SETTINGS
from tests.servers.postgres import wheel_databases
from tests.servers.process import ServerProcess
from tests.servers.valkey import private_valkey

_AGE = """
for _, key in ipairs(redis.call('KEYS', '*')) do
  local left = redis.call('PTTL', key)
  if left >= 0 then redis.call('PEXPIRE', key, left - ARGV[1]) end
end
"""


class TestHomeFeedOnValkey(HomeFeedContract):
    capabilities = frozenset({"clock"})
    server: ServerProcess
    client: ValkeyClient

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Feeds]:
        """Give empty stores, on a server of one's own: it is flushed."""
        server, url = private_valkey()
        try:
            async with (
                PostgresDatabase.open(await wheel_databases().fresh(), SETTINGS) as database,
                ValkeyClient.open(url, seconds=5) as self.client,
            ):
                yield Feeds(
                    relational=postgres_family(database, self.clock, UuidV7Generator(self.clock)),
                    timelines=TimelineFamily(
                        timelines=ValkeyTimelineStore(self.client, cap=Stage.CAP),
                        authors=ValkeyAuthorTimeline(self.client, cap=Stage.CAP),
                        cache=ValkeyFeedCache(self.client),
                    ),
                )
        finally:
            server.close()

    async def advance(self, seconds: float) -> None:
        """Make every key so much older."""
        await self.client.call("EVAL", _AGE, 0, round(seconds * 1000))

    async def flush(self, feeds: Feeds) -> None:
        """Empty the server."""
        await self.client.call("FLUSHALL")
