"""The schema: numbered CQL files, applied once each, in order, by whoever comes first."""

import asyncio
import hashlib
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final
from uuid import uuid4

import attrs
from cassandra import ConsistencyLevel
from cassandra.cluster import Session
from cassandra.query import SimpleStatement

from instagram_core.kernel.errors import AdapterError, AdapterUnavailable
from instagram_scylla.connection import ScyllaSettings, connect
from instagram_scylla.errors import translated

_FILE_NAME: Final = re.compile(r"(?P<version>\d{4})_(?P<name>[a-z0-9_]+)\.cql")
_COMMENT: Final = re.compile(r"--[^\n]*")
_PATIENCE: Final = 60.0  # for one change of the schema, and for another who migrates
_LOCK_SECONDS: Final = 120  # then a lock is taken for that of somebody who died

_CREATE_KEYSPACE: Final = """
    CREATE KEYSPACE IF NOT EXISTS {keyspace}
      WITH replication = {{'class': 'NetworkTopologyStrategy', {copies}}}
"""
_CREATE_TABLES: Final = (
    """
    CREATE TABLE IF NOT EXISTS migrations (
        version int PRIMARY KEY, name text, checksum text, applied_at timestamp
    )
    """,
    "CREATE TABLE IF NOT EXISTS migration_lock (name text PRIMARY KEY, holder text)",
)
_TABLES: Final = "SELECT table_name FROM system_schema.tables WHERE keyspace_name = %s"
_APPLIED: Final = "SELECT version, checksum FROM migrations"
_RECORD: Final = """
    INSERT INTO migrations (version, name, checksum, applied_at)
    VALUES (%s, %s, %s, toTimestamp(now()))
"""
_TAKE: Final = """
    INSERT INTO migration_lock (name, holder) VALUES ('schema', %s)
    IF NOT EXISTS USING TTL %s
"""
_KEEP: Final = """
    UPDATE migration_lock USING TTL %s SET holder = %s
     WHERE name = 'schema' IF holder = %s
"""
_RELEASE: Final = "DELETE FROM migration_lock WHERE name = 'schema' IF holder = %s"


class MigrationRefusedError(AdapterError):
    """The keyspace does not fit the files of this release; a person has to decide."""


@attrs.frozen(kw_only=True)
class Migration:
    """One step of the schema."""

    version: int
    name: str
    cql: str = attrs.field(repr=False)

    @property
    def checksum(self) -> str:
        """Give the SHA-256 of the text, whatever line ends a checkout gave it."""
        return hashlib.sha256("\n".join(self.cql.splitlines()).encode()).hexdigest()

    @property
    def statements(self) -> tuple[str, ...]:
        """Give its statements. Each may run twice: there are no transactions to undo half of it."""
        parts = _COMMENT.sub("", self.cql).split(";")
        return tuple(part.strip() for part in parts if part.strip())


def migrations_in(folder: Traversable) -> tuple[Migration, ...]:
    """Give the migrations of a folder by version; ValueError for a stray name or a number twice."""
    found: dict[int, Migration] = {}
    for file in folder.iterdir():
        if not file.name.endswith(".cql"):
            continue
        match = _FILE_NAME.fullmatch(file.name)
        version = int(match["version"]) if match else 0
        if match is None or version in found:
            raise ValueError(f"{file.name} is not a migration of its own: NNNN_name.cql")
        cql = file.read_text(encoding="utf-8")
        found[version] = Migration(version=version, name=match["name"], cql=cql)
    return tuple(found[version] for version in sorted(found))


class ScyllaSchema:
    """Brings a keyspace, made if need be, to the schema of this release.

    Any number of processes may migrate at once: they take turns by a lock with a time limit, and
    each looks anew at what is applied. A keyspace that is there is left as it is.
    """

    def __init__(
        self, settings: ScyllaSettings, migrations: Sequence[Migration] | None = None
    ) -> None:
        """Work on the keyspace of `settings` with `migrations`, normally those of this package."""
        self._settings = settings
        self.migrations = (
            tuple(migrations)
            if migrations is not None
            else migrations_in(files(__package__) / "migrations")
        )

    async def plan(self) -> tuple[Migration, ...]:
        """Give what is still to be applied, in order, changing nothing.

        MigrationRefusedError when the keyspace was migrated by a newer release, or when a file
        was edited after it was applied. AdapterUnavailable when the servers are.
        """
        return await asyncio.to_thread(self._plan)

    async def apply(self) -> tuple[Migration, ...]:
        """Apply what is pending and give what this call applied. Idempotent; errors as in `plan`.

        Every step is agreed on by all nodes that are up before the next begins. A step that fails
        halfway is begun again by the next call.
        """
        return await asyncio.to_thread(self._apply)

    def _plan(self) -> tuple[Migration, ...]:
        with self._session() as session:
            return self._pending(self._applied(session))

    def _apply(self) -> tuple[Migration, ...]:
        done: list[Migration] = []
        with self._session() as session:
            self._prepare(session)
            with _lock(session) as keep:
                for migration in self._pending(self._applied(session)):
                    for statement in migration.statements:
                        keep()
                        _change(session, statement)
                    record = (migration.version, migration.name, migration.checksum)
                    _run(session, _RECORD, record)
                    done.append(migration)
        return tuple(done)

    def _prepare(self, session: Session) -> None:
        keyspace, copies = self._settings.keyspace, self._settings.copies
        where = self._settings.datacenter or "replication_factor"
        if keyspace not in session.cluster.metadata.keyspaces:
            options = f"'{where}': {copies}"
            _change(session, _CREATE_KEYSPACE.format(keyspace=keyspace, copies=options))
        session.set_keyspace(keyspace)
        for statement in _CREATE_TABLES:
            _change(session, statement)

    def _applied(self, session: Session) -> Mapping[int, str]:
        tables = {name for (name,) in _run(session, _TABLES, (self._settings.keyspace,))}
        if "migrations" not in tables:
            return {}
        session.set_keyspace(self._settings.keyspace)
        return dict(_run(session, _APPLIED))

    def _pending(self, applied: Mapping[int, str]) -> tuple[Migration, ...]:
        known = {migration.version: migration for migration in self.migrations}
        if newer := sorted(applied.keys() - known.keys()):
            raise MigrationRefusedError(
                f"the keyspace has migration {newer[0]:04d}, which this release does not know: "
                "it was migrated by a newer release"
            )
        for version, checksum in sorted(applied.items()):
            if known[version].checksum != checksum:
                raise MigrationRefusedError(
                    f"migration {version:04d}_{known[version].name} was edited after it had been "
                    "applied to this keyspace"
                )
        return tuple(m for m in self.migrations if m.version not in applied)

    @contextmanager
    def _session(self) -> Iterator[Session]:
        # All who migrate go through the first host that answers, and by that one in turn: two
        # nodes that make a table at once make two of it.
        refusal: Exception | None = None
        for host in self._settings.hosts:
            alone = attrs.evolve(self._settings, hosts=(host,), replication=self._settings.copies)
            try:
                cluster, session = connect(alone, None)
            except Exception as error:  # noqa: BLE001 - the next host is asked
                refusal = error
                continue
            try:
                with cluster:
                    yield session
            except AdapterError:
                raise
            except Exception as error:
                raise translated(error) from error
            return
        raise translated(refusal or OSError("no hosts")) from refusal


@contextmanager
def _lock(session: Session) -> Iterator["_Keeper"]:
    keeper = _Keeper(session)
    keeper.take()
    try:
        yield keeper
    finally:
        keeper.release()


class _Keeper:
    """Holds the lock of the migrations; a call renews it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._me = uuid4().hex

    def take(self) -> None:
        """Wait until nobody else migrates."""
        deadline = time.monotonic() + _PATIENCE + _LOCK_SECONDS
        while not _run(self._session, _TAKE, (self._me, _LOCK_SECONDS))[0][0]:
            if time.monotonic() > deadline:
                raise AdapterUnavailable("somebody else has been migrating for minutes")
            time.sleep(0.1)

    def __call__(self) -> None:
        """Hold it for as long again; AdapterUnavailable when it was lost."""
        if not _run(self._session, _KEEP, (_LOCK_SECONDS, self._me, self._me))[0][0]:
            raise AdapterUnavailable("the lock of the migrations was lost, migrate again")

    def release(self) -> None:
        """Let the next one in."""
        _run(self._session, _RELEASE, (self._me,))


def _change(session: Session, statement: str) -> None:
    """Change the schema and wait until the nodes agree."""
    response = session.execute_async(statement, timeout=_PATIENCE)
    response.result()
    if not response.is_schema_agreed:
        raise AdapterUnavailable("the nodes do not agree on the schema, migrate again")


def _run(session: Session, cql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    statement = SimpleStatement(cql, consistency_level=ConsistencyLevel.LOCAL_QUORUM)
    return list(session.execute(statement, values or None, timeout=_PATIENCE))
