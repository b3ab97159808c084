"""Bringing the stores that settings name to the schema of this release."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from instagram_app.container import data_directory
from instagram_app.container.broker import broker_migrations
from instagram_app.container.buckets import bucket_migrations
from instagram_app.container.carried import absent_adapters
from instagram_app.container.cassandra import cassandra_migrations
from instagram_app.container.database import postgres_url
from instagram_app.container.errors import AdapterRefused, StartRefused
from instagram_app.settings.table import Settings
from instagram_app.settings.values import Family
from instagram_core.kernel.errors import AdapterUnavailable

if TYPE_CHECKING:
    from instagram_postgres.schema import Migration


async def planned(settings: Settings) -> tuple[str, ...]:
    """Give the names of what is still to be applied, in order, changing nothing."""
    return await _migrations(settings, is_applied=False)


async def migrate(settings: Settings) -> tuple[str, ...]:
    """Apply what is pending and give its names. Safe twice, and twice at once."""
    return await _migrations(settings, is_applied=True)


async def _migrations(settings: Settings, *, is_applied: bool) -> tuple[str, ...]:
    if absent := absent_adapters(settings):
        raise AdapterRefused("\n".join(absent))
    return (
        *await _relational(settings, is_applied=is_applied),
        *await cassandra_migrations(settings, is_applied=is_applied),
        *await bucket_migrations(settings, is_applied=is_applied),
        *await broker_migrations(settings, is_applied=is_applied),
    )


async def _relational(settings: Settings, *, is_applied: bool) -> tuple[str, ...]:
    if settings.adapter(Family.RELATIONAL) != "postgres":
        return ()
    from instagram_postgres.schema import PostgresSchema

    if settings.database_url is None:
        data_directory.prepare(settings.data)
    async with postgres_url(settings, is_alone=False) as url:
        schema = PostgresSchema(url)
        try:
            return _names(await (schema.apply() if is_applied else schema.plan()))
        except AdapterUnavailable as error:
            raise StartRefused(f"INSTAGRAM_DATABASE_URL: {error}") from error


def _names(migrations: "Sequence[Migration]") -> tuple[str, ...]:
    return tuple(f"{one.version:04d}_{one.name}" for one in migrations)
