"""What failures of the driver become."""

import cassandra
import pytest
from cassandra.cluster import NoHostAvailable
from cassandra.protocol import ErrorMessage, InvalidRequestException

from instagram_core.kernel.errors import AdapterUnavailable
from instagram_scylla.errors import REASONS, translated


@pytest.mark.parametrize("kind", REASONS, ids=lambda kind: kind.__name__)
def test_a_failure_of_the_servers_is_unavailable_with_its_reason(kind: type[Exception]) -> None:
    """Each line of the table is reached: none is hidden by a more general one before it."""
    found = translated(_made(kind))

    assert isinstance(found, AdapterUnavailable)
    assert str(found).startswith(REASONS[kind])


def test_a_defect_of_a_statement_is_seen_as_it_is() -> None:
    """A wrong statement must not pass for a server that is away."""
    error = cassandra.InvalidRequest("Undefined column name nonsense")

    assert translated(error) is error


@pytest.mark.parametrize(
    "error",
    [
        cassandra.InvalidRequest("unconfigured table author_timelines"),
        InvalidRequestException(0x2200, "unconfigured table author_timelines", None),
        cassandra.InvalidRequest("table author_timelines does not exist"),
        cassandra.InvalidRequest("Keyspace 'instagram' does not exist"),
    ],
)
def test_a_missing_table_names_the_command_that_makes_it(error: Exception) -> None:
    """An operator forgot to migrate, which no statement can help."""
    found = translated(error)

    assert isinstance(found, AdapterUnavailable)
    assert "instagram migrate" in str(found)


def test_what_each_node_said_is_told() -> None:
    """That none could be used says nothing."""
    causes = {"10.0.0.1:9042": OSError("refused"), "10.0.0.2:9042": OSError("no route")}

    found = translated(NoHostAvailable("none", causes))

    assert "10.0.0.1:9042: refused; 10.0.0.2:9042: no route" in str(found)


def _made(kind: type[Exception]) -> Exception:
    if issubclass(kind, ErrorMessage):
        return kind(0, "said the server", None)
    error = kind.__new__(kind)
    Exception.__init__(error, "said the driver")
    return error


def test_a_host_that_no_address_is_known_for_is_a_plain_sentence() -> None:
    """The driver has nothing to add but an empty dictionary."""
    found = translated(cassandra.UnresolvableContactPoints({}))

    assert str(found) == "no address is known for these hosts"
