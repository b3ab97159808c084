"""The relational families that settings choose among, and how each is opened."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from dependency_injector import containers, providers

from instagram_app.container.database import CheckedSchema, postgres_url
from instagram_app.container.foundation import Foundation
from instagram_app.container.own import adapter_key, open_own
from instagram_app.settings.values import Family
from instagram_core.assembly import RelationalFamily
from instagram_core.kernel.errors import AdapterUnavailable


@asynccontextmanager
async def open_memory(foundation: Foundation) -> AsyncIterator[RelationalFamily]:
    """Keep everything in this process; it is gone when the process ends."""
    from instagram_core.memory.database import Database
    from instagram_core.memory.relational import in_memory_family

    yield in_memory_family(Database(foundation.clock, foundation.ids))


@asynccontextmanager
async def open_postgres(foundation: Foundation) -> AsyncIterator[RelationalFamily]:
    """Keep everything in PostgreSQL, in the schema of this release."""
    from instagram_postgres.database import PostgresDatabase
    from instagram_postgres.family import postgres_family
    from instagram_postgres.pool import PoolSettings

    settings, guard = foundation.settings, foundation.guards.of("postgres")
    pool = PoolSettings(statement_seconds=settings.timeout_postgres)
    async with postgres_url(settings, is_alone=foundation.is_alone) as url:
        schema = CheckedSchema(settings, url)
        async with PostgresDatabase.open(url, pool, guard=guard) as database:

            async def probe() -> None:
                await schema.ensure()
                await database.ping()

            guard.probe_with(probe)
            try:
                await schema.ensure()
            except AdapterUnavailable as error:
                guard.doubt(error)
            foundation.metrics.watch_pool(database.pool_numbers)
            yield postgres_family(database, foundation.clock, foundation.ids)


class RelationalAdapters(containers.DeclarativeContainer):
    """Relational families by name."""

    foundation = providers.Dependency(instance_of=Foundation)
    opened = providers.Selector(
        providers.Callable(adapter_key, foundation, Family.RELATIONAL),
        memory=providers.Callable(open_memory, foundation),
        postgres=providers.Callable(open_postgres, foundation),
        own=providers.Callable(open_own, foundation, Family.RELATIONAL),
    )
