"""The PostgreSQL that settings mean: a server's, or an embedded one of our own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from instagram_app.container.errors import DataDirectoryRefused, MigrationsMissing, StartRefused
from instagram_app.settings.table import Settings
from instagram_core.kernel.errors import AdapterUnavailable

FOLDER: Final = "postgres"
"""Of the data directory: the embedded server's."""


@asynccontextmanager
async def postgres_url(settings: Settings, *, is_alone: bool) -> AsyncIterator[str]:
    """Give the address; an embedded server runs for the length of the block.

    `is_alone` False: where another process runs the embedded server already, that one is used.
    """
    if settings.database_url is not None:
        yield settings.database_url
        return
    from instagram_postgres.embedded import (
        DataDirectoryInUseError,
        EmbeddedPostgres,
        EmbeddedServerError,
    )

    directory = settings.data / FOLDER
    server = EmbeddedPostgres(directory)
    try:
        await server.start()
    except DataDirectoryInUseError as error:
        running = None if is_alone else await EmbeddedPostgres.url_of_running(directory)
        if running is None:
            raise DataDirectoryRefused(
                f"another process uses the data directory {settings.data}; stop it, or choose "
                "another directory with --data"
            ) from error
        yield running
        return
    except EmbeddedServerError as error:
        raise StartRefused(str(error)) from error
    try:
        yield server.url
    finally:
        await server.close()


async def ensure_schema(settings: Settings, url: str) -> None:
    """Bring an embedded database up to date, and refuse a server's that is not.

    A server that is down is no reason: it may come back, and requests say 503 until then.
    """
    from instagram_postgres.schema import MigrationRefusedError, PostgresSchema

    schema = PostgresSchema(url)
    try:
        if settings.database_url is None:
            await schema.apply()
            return
        pending = await schema.plan()
    except AdapterUnavailable:
        return
    except MigrationRefusedError as error:
        raise MigrationsMissing(str(error)) from error
    if pending:
        names = ", ".join(f"{one.version:04d}_{one.name}" for one in pending)
        raise MigrationsMissing(f"the database lacks {names}; run `instagram migrate`")
