"""The PostgreSQL that settings mean: a server's, or an embedded one of our own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from instagram_app.container.data_directory import prepare
from instagram_app.container.errors import DataDirectoryRefused, MigrationsMissing, StartRefused
from instagram_app.settings.consistency import has_embedded_database
from instagram_app.settings.table import Settings

FOLDER: Final = "postgres"
"""Of the data directory: the embedded server's."""


@asynccontextmanager
async def postgres_url(settings: Settings, *, is_alone: bool) -> AsyncIterator[str]:
    """Give the address; an embedded server runs for the length of the block.

    `is_alone` False: where another process runs the embedded server already, that one is used.
    """
    if settings.database_url is not None:
        yield _readable(settings.database_url)
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


def _readable(url: str) -> str:
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        conninfo_to_dict(url)
    except ProgrammingError:
        # What it says may quote the password.
        raise StartRefused(
            "INSTAGRAM_DATABASE_URL is no address that PostgreSQL can read: a % in a password is "
            "written %25, and parameters behind the ? are those of libpq"
        ) from None
    return url


@asynccontextmanager
async def shared_database(settings: Settings) -> AsyncIterator[bool]:
    """Run the embedded server for other processes, if settings mean one; tell whether they do."""
    if not has_embedded_database(settings):
        yield False
        return
    prepare(settings.data)
    async with postgres_url(settings, is_alone=True):
        yield True


class CheckedSchema:
    """The schema of a database, looked at once: at the start, or when the server is there."""

    def __init__(self, settings: Settings, url: str) -> None:
        """Look at the database at `url`."""
        self._settings = settings
        self._url = url
        self._is_good = False

    async def ensure(self) -> None:
        """Return when the schema is that of this release; an embedded one is brought to it.

        MigrationsMissing says what a server's database lacks, AdapterUnavailable that the server
        is away. Once it was good it is not looked at again.
        """
        if self._is_good:
            return
        from instagram_postgres.schema import MigrationRefusedError, PostgresSchema

        schema = PostgresSchema(self._url)
        try:
            if self._settings.database_url is None:
                await schema.apply()
            elif pending := await schema.plan():
                names = ", ".join(f"{one.version:04d}_{one.name}" for one in pending)
                raise MigrationsMissing(f"the database lacks {names}; run `instagram migrate`")
        except MigrationRefusedError as error:
            raise MigrationsMissing(str(error)) from error
        self._is_good = True
