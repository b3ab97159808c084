"""Migrations: each once, in order, whoever comes first; never a guess."""

import asyncio
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import attrs
import psycopg
import pytest

from instagram_core.kernel.errors import AdapterUnavailable
from instagram_postgres.schema import (
    Migration,
    MigrationRefusedError,
    PostgresSchema,
    migrations_in,
)
from tests.servers.postgres import Databases

FIRST = Migration(version=1, name="cats", sql="CREATE TABLE cats (name text);\n")
SECOND = Migration(version=2, name="dogs", sql="CREATE TABLE dogs (name text);\n")
BROKEN = Migration(version=3, name="broken", sql="CREATE TABLE owls (name text); SELECT nothing;")

MIGRATE = """
import asyncio, sys
from instagram_postgres.schema import PostgresSchema
print(len(asyncio.run(PostgresSchema(sys.argv[1]).apply())))
"""


async def tables(url: str) -> list[str]:
    """Give the names of all tables."""
    async with await psycopg.AsyncConnection.connect(url) as connection:
        cursor = await connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        )
        return [name for (name,) in await cursor.fetchall()]


async def test_what_is_pending_is_planned_and_applied_once(databases: Databases) -> None:
    """In order; a plan changes nothing."""
    url = await databases.fresh(migrated=False)
    schema = PostgresSchema(url, [FIRST])
    assert await schema.plan() == (FIRST,)
    assert await tables(url) == []
    assert await schema.apply() == (FIRST,)
    assert await schema.apply() == ()
    later = PostgresSchema(url, [FIRST, SECOND])
    assert await later.plan() == (SECOND,)
    assert await later.apply() == (SECOND,)
    assert await later.plan() == ()
    assert await tables(url) == ["cats", "dogs", "migrations"]


async def test_processes_may_migrate_at_once(databases: Databases) -> None:
    """Every step is done by one of them, and all of them succeed."""
    url = await databases.fresh(migrated=False)
    processes = [_migrate(url) for _ in range(3)]
    outputs = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert sum(map(int, outputs)) == len(PostgresSchema("").migrations)


async def test_tasks_may_migrate_at_once(databases: Databases) -> None:
    """The same within one process."""
    url = await databases.fresh(migrated=False)
    schemas = [PostgresSchema(url, [FIRST, SECOND]) for _ in range(5)]
    done = await asyncio.gather(*(schema.apply() for schema in schemas))
    assert sorted(m.version for each in done for m in each) == [1, 2]


@pytest.mark.parametrize(
    ("known", "message"),
    [
        ([FIRST], "0002.*newer release"),
        ([attrs.evolve(FIRST, sql="CREATE TABLE cows ();"), SECOND], "0001_cats was edited"),
        (
            [FIRST, attrs.evolve(SECOND, version=2, name="emus", sql="SELECT 1")],
            "0002_emus was edited",
        ),
    ],
)
async def test_a_database_that_does_not_fit_is_refused(
    databases: Databases, known: Sequence[Migration], message: str
) -> None:
    """The sentence names the migration; neither plan nor apply goes on."""
    url = await databases.fresh(migrated=False)
    await PostgresSchema(url, [FIRST, SECOND]).apply()
    schema = PostgresSchema(url, known)
    with pytest.raises(MigrationRefusedError, match=message):
        await schema.plan()
    with pytest.raises(MigrationRefusedError, match=message):
        await schema.apply()


async def test_a_migration_that_comes_too_late_is_refused(databases: Databases) -> None:
    """One that sorts before what is applied was never meant to run after it."""
    url = await databases.fresh(migrated=False)
    late = Migration(version=1, name="late", sql="SELECT 1")
    await PostgresSchema(url, [SECOND]).apply()
    with pytest.raises(MigrationRefusedError, match="0001 was never applied"):
        await PostgresSchema(url, [late, SECOND]).apply()


async def test_a_step_that_fails_leaves_nothing(databases: Databases) -> None:
    """Those before it stay, and it is still pending."""
    url = await databases.fresh(migrated=False)
    schema = PostgresSchema(url, [FIRST, SECOND, BROKEN])
    with pytest.raises(psycopg.errors.UndefinedColumn):
        await schema.apply()
    assert await tables(url) == ["cats", "dogs", "migrations"]
    assert await schema.plan() == (BROKEN,)


async def test_a_server_that_is_down_is_unavailable() -> None:
    """As everywhere."""
    with pytest.raises(AdapterUnavailable):
        await PostgresSchema("postgresql://x@/x?host=/nowhere").plan()


def test_line_ends_do_not_make_another_migration() -> None:
    """A checkout may change them."""
    other = attrs.evolve(FIRST, sql=FIRST.sql.replace("\n", "\r\n"))
    assert other.checksum == FIRST.checksum


@pytest.mark.parametrize("name", ["1_cats.sql", "0001-cats.sql", "0001_dogs.sql", "notes.sql"])
def test_a_stray_file_is_refused(tmp_path: Path, name: str) -> None:
    """A name of another form, or a number twice, is a mistake to be seen at once."""
    for each in ("0001_cats.sql", name):
        (tmp_path / each).write_text("SELECT 1")
    with pytest.raises(ValueError, match=r"NNNN_name\.sql"):
        migrations_in(tmp_path)


def test_this_package_numbers_its_migrations_from_one() -> None:
    """Without a gap, so that nothing can be slipped in between."""
    versions = [migration.version for migration in PostgresSchema("").migrations]
    assert versions == list(range(1, len(versions) + 1))


def _migrate(url: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", MIGRATE, url]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
