"""The schema: numbered SQL files, applied once each, in order, by whoever comes first."""

import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

import attrs
import psycopg

from instagram_core.kernel.errors import AdapterError
from instagram_postgres.captions import read_captions
from instagram_postgres.errors import translated
from instagram_postgres.pool import Connection

_FILE_NAME: Final = re.compile(r"(?P<version>\d{4})_(?P<name>[a-z0-9_]+)\.sql")
_LOCK: Final = 0x494E5354  # any number; everybody who migrates takes the same

_CREATE_TABLE: Final = """
    CREATE TABLE IF NOT EXISTS migrations (
        version    integer PRIMARY KEY,
        name       text NOT NULL,
        checksum   text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()
    )
"""
_RECORD: Final = """
    INSERT INTO migrations (version, name, checksum)
    VALUES (%(version)s, %(name)s, %(checksum)s)
"""


_COMPLETED: Final[Mapping[str, Callable[[Connection], Awaitable[None]]]] = {
    "hashtags": read_captions
}
"""What is left to do after a migration, by its name: each time anew, nothing when it is done."""


class MigrationRefusedError(AdapterError):
    """The database does not fit the files of this release; a person has to decide."""


@attrs.frozen(kw_only=True)
class Migration:
    """One step of the schema."""

    version: int
    name: str
    sql: str = attrs.field(repr=False)

    @property
    def checksum(self) -> str:
        """Give the SHA-256 of the text, whatever line ends a checkout gave it."""
        return hashlib.sha256("\n".join(self.sql.splitlines()).encode()).hexdigest()


def migrations_in(folder: Traversable) -> tuple[Migration, ...]:
    """Give the migrations of a folder by version; ValueError for a stray name or a number twice."""
    found: dict[int, Migration] = {}
    for file in folder.iterdir():
        if not file.name.endswith(".sql"):
            continue
        match = _FILE_NAME.fullmatch(file.name)
        version = int(match["version"]) if match else 0
        if match is None or version in found:
            raise ValueError(f"{file.name} is not a migration of its own: NNNN_name.sql")
        sql = file.read_text(encoding="utf-8")
        found[version] = Migration(version=version, name=match["name"], sql=sql)
    return tuple(found[version] for version in sorted(found))


class PostgresSchema:
    """Brings a database to the schema of this release.

    Any number of processes may migrate at once: each step is one transaction that takes an
    advisory lock and looks anew at what is applied.
    """

    def __init__(self, url: str, migrations: Sequence[Migration] | None = None) -> None:
        """Work on the database at `url` with `migrations`, normally those of this package."""
        self._url = url
        self.migrations = (
            tuple(migrations)
            if migrations is not None
            else migrations_in(files(__package__) / "migrations")
        )

    async def plan(self) -> tuple[Migration, ...]:
        """Give what is still to be applied, in order, changing nothing.

        MigrationRefusedError when the database was migrated by a newer release, or when a file
        was edited after it was applied. AdapterUnavailable when the server is.
        """
        async with self._session() as connection:
            return self._pending(await _applied(connection))

    async def apply(self) -> tuple[Migration, ...]:
        """Apply what is pending and give what this call applied. Idempotent; errors as in `plan`.

        When a step fails, it leaves nothing behind and those before it stay.
        """
        done: list[Migration] = []
        async with self._session() as connection:
            while (migration := await self._step(connection)) is not None:
                done.append(migration)
            for known in self.migrations:
                if (complete := _COMPLETED.get(known.name)) is not None:
                    await complete(connection)
        return tuple(done)

    async def _step(self, connection: Connection) -> Migration | None:
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            pending = self._pending(await _applied(connection))
            if not pending:
                return None
            migration = pending[0]
            await connection.execute(_CREATE_TABLE)
            await connection.execute(migration.sql)
            record = {
                "version": migration.version,
                "name": migration.name,
                "checksum": migration.checksum,
            }
            await connection.execute(_RECORD, record)
            return migration

    def _pending(self, applied: Mapping[int, str]) -> tuple[Migration, ...]:
        known = {migration.version: migration for migration in self.migrations}
        newer = sorted(applied.keys() - known.keys())
        if newer:
            raise MigrationRefusedError(
                f"the database has migration {newer[0]:04d}, which this release does not know: "
                "it was migrated by a newer release"
            )
        for version, checksum in sorted(applied.items()):
            if known[version].checksum != checksum:
                raise MigrationRefusedError(
                    f"migration {version:04d}_{known[version].name} was edited after it had been "
                    "applied to this database"
                )
        pending = tuple(m for m in self.migrations if m.version not in applied)
        if pending and applied and pending[0].version < max(applied):
            raise MigrationRefusedError(
                f"migration {pending[0].version:04d} was never applied to this database, but "
                f"later ones were, up to {max(applied):04d}"
            )
        return pending

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[Connection]:
        # A connection of its own: a migration may take longer than any statement of a request.
        try:
            async with await Connection.connect(
                self._url, autocommit=True, prepare_threshold=None, connect_timeout=5
            ) as connection:
                yield connection
        except psycopg.Error as error:
            raise translated(error) from error


async def _applied(connection: Connection) -> dict[int, str]:
    cursor = await connection.execute("SELECT to_regclass('migrations') IS NOT NULL")
    row = await cursor.fetchone()
    if row is None or not row[0]:
        return {}
    cursor = await connection.execute("SELECT version, checksum FROM migrations")
    return {version: checksum for version, checksum in await cursor.fetchall()}  # noqa: C416 - rows are wider types
