"""The table of errors, walked entry by entry."""

import psycopg
import psycopg_pool
import pytest
from psycopg import errors

from instagram_core.kernel.errors import (
    AdapterClosed,
    AdapterUnavailable,
    InstagramError,
    TransactionDoomed,
)
from instagram_postgres.errors import BY_CLASS, BY_STATE, Rerun, meaning_of, translated

EXPECTED: dict[type[psycopg.Error], tuple[type[InstagramError], Rerun]] = {
    errors.ConnectionFailure: (AdapterUnavailable, Rerun.IF_REPEATABLE),
    errors.ReadOnlySqlTransaction: (AdapterUnavailable, Rerun.NEVER),
    errors.InFailedSqlTransaction: (TransactionDoomed, Rerun.NEVER),
    errors.IdleInTransactionSessionTimeout: (AdapterUnavailable, Rerun.NEVER),
    errors.TransactionTimeout: (AdapterUnavailable, Rerun.NEVER),
    errors.InvalidPassword: (AdapterUnavailable, Rerun.NEVER),
    errors.InvalidCatalogName: (AdapterUnavailable, Rerun.NEVER),
    errors.SerializationFailure: (AdapterUnavailable, Rerun.ALWAYS),
    errors.DeadlockDetected: (AdapterUnavailable, Rerun.ALWAYS),
    errors.StatementCompletionUnknown: (AdapterUnavailable, Rerun.IF_REPEATABLE),
    errors.DiskFull: (AdapterUnavailable, Rerun.NEVER),
    errors.OutOfMemory: (AdapterUnavailable, Rerun.NEVER),
    errors.TooManyConnections: (AdapterUnavailable, Rerun.NEVER),
    errors.LockNotAvailable: (AdapterUnavailable, Rerun.NEVER),
    errors.AdminShutdown: (AdapterUnavailable, Rerun.IF_REPEATABLE),
    errors.CrashShutdown: (AdapterUnavailable, Rerun.IF_REPEATABLE),
    errors.CannotConnectNow: (AdapterUnavailable, Rerun.IF_REPEATABLE),
    errors.QueryCanceled: (AdapterUnavailable, Rerun.NEVER),
    errors.IoError: (AdapterUnavailable, Rerun.NEVER),
    psycopg_pool.PoolClosed: (AdapterClosed, Rerun.NEVER),
    psycopg_pool.PoolTimeout: (AdapterUnavailable, Rerun.NEVER),
    psycopg.OperationalError: (AdapterUnavailable, Rerun.IF_REPEATABLE),
}


@pytest.mark.parametrize("kind", EXPECTED, ids=lambda kind: kind.__name__)
def test_a_failure_becomes_what_the_table_says(kind: type[psycopg.Error]) -> None:
    """The port's own error, with what the server said, and the right advice about running again."""
    error = kind("what it said\n")
    meaning = meaning_of(error)
    assert meaning is not None
    assert EXPECTED[kind] == (meaning.error, meaning.rerun)
    raised = translated(error)
    assert meaning.error is type(raised)
    assert str(raised) == "what it said"


def test_the_walk_visits_every_entry() -> None:
    """A new entry of the table needs a line in the test."""
    states = [kind.sqlstate for kind in EXPECTED if kind.sqlstate is not None]
    visited = {state if state in BY_STATE else state[:2] for state in states}
    assert visited == set(BY_STATE)
    assert {kind for kind in EXPECTED if kind.sqlstate is None} == set(BY_CLASS)


def test_outages_are_told_from_errors_of_one_statement() -> None:
    """A guard counts the former only: reads go on while the disk is full, say."""
    outages = {kind for kind in EXPECTED if (found := meaning_of(kind())) and found.is_outage}
    assert outages == {
        errors.ConnectionFailure,
        errors.InvalidPassword,
        errors.InvalidCatalogName,
        errors.AdminShutdown,
        errors.CrashShutdown,
        errors.CannotConnectNow,
        psycopg_pool.PoolTimeout,
        psycopg.OperationalError,
    }


@pytest.mark.parametrize(
    "kind", [errors.UniqueViolation, errors.SyntaxError, errors.UndefinedTable, errors.DataError]
)
def test_a_defect_of_ours_is_seen_as_it_is(kind: type[psycopg.Error]) -> None:
    """A wrong statement is no outage: it must not be answered by a retry later."""
    error = kind("ours")
    assert meaning_of(error) is None
    assert translated(error) is error
