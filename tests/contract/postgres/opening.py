"""How the contracts of the relational family open PostgreSQL, on each of two servers."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import ClassVar

import psycopg
import pytest

from instagram_core.assembly.families import RelationalFamily
from instagram_core.kernel.ids import UuidV7Generator
from instagram_core.testing.clocks import ManualClock
from instagram_postgres.database import PostgresDatabase
from instagram_postgres.family import postgres_family
from instagram_postgres.pool import PoolSettings
from tests.servers.postgres import Databases, has_other, other_databases, wheel_databases

SETTINGS = PoolSettings(checkout_seconds=0.5)


class PostgresFamily:
    """Opens a database of the class, emptied for each test; a second handle is a second pool."""

    capabilities: ClassVar[frozenset[str]] = frozenset({"clock", "close", "reopen", "outage"})
    databases: ClassVar[Callable[[], Databases]]
    url: ClassVar[str | None] = None
    clock: ManualClock
    database: PostgresDatabase

    @asynccontextmanager
    async def open(self) -> AsyncIterator[RelationalFamily]:
        """Give an empty family."""
        url = await self._emptied()
        async with PostgresDatabase.open(url, SETTINGS) as self.database:
            yield self._family(self.database)

    @asynccontextmanager
    async def reopen(self) -> AsyncIterator[RelationalFamily]:
        """Give a family over the same rows, as another process has it."""
        async with PostgresDatabase.open(await self._url(), SETTINGS) as database:
            yield self._family(database)

    async def close(self, _: RelationalFamily) -> None:
        """Close what all ports share."""
        await self.database.close()

    @asynccontextmanager
    async def outage(self) -> AsyncIterator[None]:
        """Take the database away: connections end, new ones are refused."""
        async with type(self).databases().outage(await self._url()):
            yield

    def _family(self, database: PostgresDatabase) -> RelationalFamily:
        return postgres_family(database, self.clock, UuidV7Generator(self.clock))

    async def _url(self) -> str:
        cls = type(self)
        if cls.url is None:
            cls.url = await cls.databases().fresh()
        return cls.url

    async def _emptied(self) -> str:
        url = await self._url()
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            await connection.execute(EMPTY)
        return url


EMPTY = """
    DO $$
    DECLARE
        name text;
    BEGIN
        SET LOCAL session_replication_role = replica;  -- or foreign keys prescribe an order
        FOR name IN SELECT tablename FROM pg_tables
                     WHERE schemaname = 'public' AND tablename <> 'migrations'
        LOOP
            EXECUTE format('DELETE FROM %I', name);
        END LOOP;
    END
    $$
"""


class OnWheel(PostgresFamily):
    """On the server of the wheel."""

    databases = staticmethod(wheel_databases)


class OnOther(PostgresFamily):
    """On the distribution's server, or the one whose address was given."""

    databases = staticmethod(other_databases)
    pytestmark = pytest.mark.skipif(
        not has_other(), reason="neither a PostgreSQL of the distribution nor an address of one"
    )
