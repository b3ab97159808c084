"""The files of the schema, without a server."""

from pathlib import Path

import pytest

from instagram_scylla.connection import ScyllaSettings
from instagram_scylla.schema import Migration, ScyllaSchema, migrations_in

SETTINGS = ScyllaSettings(hosts=(("localhost", 1),))


def test_every_statement_may_run_twice() -> None:
    """There are no transactions: what broke off halfway is begun again."""
    migrations = ScyllaSchema(SETTINGS).migrations
    statements = [statement for one in migrations for statement in one.statements]

    assert [one for one in statements if " IF NOT EXISTS " not in one] == []
    assert statements


def test_comments_and_empty_statements_are_left_out() -> None:
    """A server would refuse them."""
    cql = "-- first; second\nCREATE a; -- the end;\n\n CREATE b;\n"

    assert Migration(version=1, name="a", cql=cql).statements == ("CREATE a", "CREATE b")


@pytest.mark.parametrize("names", [["first.cql"], ["0001_a.cql", "0001_b.cql"]])
def test_a_file_that_is_no_migration_of_its_own_is_refused(
    tmp_path: Path, names: list[str]
) -> None:
    """Stray names and numbers given twice are found before a server is asked."""
    for name in names:
        (tmp_path / name).write_text("")

    with pytest.raises(ValueError, match="is not a migration of its own"):
        migrations_in(tmp_path)


@pytest.mark.parametrize(("hosts", "copies"), [(1, 1), (2, 3), (3, 3)])
def test_one_host_keeps_one_copy_and_several_keep_three(hosts: int, copies: int) -> None:
    """Unless the settings say so."""
    several = tuple((f"h{number}", 9042) for number in range(hosts))

    assert copies == ScyllaSettings(hosts=several).copies
    assert ScyllaSettings(hosts=several, replication=2).copies == 2


@pytest.mark.parametrize("name", ["", "Instagram", "a-b", "a;b", "1a", "a" * 49])
def test_a_keyspace_has_a_plain_name(name: str) -> None:
    """It becomes part of a statement."""
    with pytest.raises(ValueError, match="keyspace"):
        ScyllaSettings(hosts=(("h", 1),), keyspace=name)
