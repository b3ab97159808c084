"""What a failure of PostgreSQL means to the callers of a port: one table, by SQLSTATE."""

from collections.abc import Mapping
from enum import Enum
from typing import Final

import attrs
import psycopg
import psycopg_pool

from instagram_core.kernel.errors import (
    AdapterClosed,
    AdapterUnavailable,
    InstagramError,
    TransactionDoomed,
)


class Rerun(Enum):
    """Whether a single statement that failed so, outside a transaction, may run once more."""

    NEVER = "never"
    """It took its time already, or would fail again."""
    IF_REPEATABLE = "if repeatable"
    """Its outcome is unknown, so only if a second run does no harm."""
    ALWAYS = "always"
    """The server rolled it back and said so."""


@attrs.frozen
class Meaning:
    """What one kind of failure is to the caller."""

    error: type[InstagramError]
    rerun: Rerun = Rerun.NEVER
    is_outage: bool = False
    """Whether the server is away, or only refuses this one statement."""


BY_STATE: Final[Mapping[str, Meaning]] = {
    # A whole class of states has two characters, a single state five; the longer one wins.
    "08": Meaning(AdapterUnavailable, Rerun.IF_REPEATABLE, is_outage=True),  # connection lost
    "25006": Meaning(AdapterUnavailable),  # read-only: a standby, or a primary that was demoted
    "25P02": Meaning(TransactionDoomed),  # a statement after one that failed
    "25P03": Meaning(AdapterUnavailable),  # the transaction stood idle for too long
    "25P04": Meaning(AdapterUnavailable),  # the transaction took too long
    "28": Meaning(AdapterUnavailable, is_outage=True),  # credentials, pg_hba.conf
    "3D000": Meaning(AdapterUnavailable, is_outage=True),  # the database is not there (yet)
    "40": Meaning(AdapterUnavailable, Rerun.ALWAYS),  # deadlock, serialisation
    "40003": Meaning(AdapterUnavailable, Rerun.IF_REPEATABLE),  # completion unknown
    "53": Meaning(AdapterUnavailable),  # disk full, memory, too many connections
    "55P03": Meaning(AdapterUnavailable),  # lock_timeout
    "57": Meaning(AdapterUnavailable, Rerun.IF_REPEATABLE, is_outage=True),  # shutdown, crash
    "57014": Meaning(AdapterUnavailable),  # statement_timeout
    "58": Meaning(AdapterUnavailable),  # the operating system failed below the server
}
"""Failures that the server reported."""

BY_CLASS: Final[Mapping[type[psycopg.Error], Meaning]] = {
    # No state: the driver itself noticed. The first that fits is taken.
    psycopg_pool.PoolClosed: Meaning(AdapterClosed),
    psycopg_pool.PoolTimeout: Meaning(AdapterUnavailable, is_outage=True),  # no connection made
    psycopg.OperationalError: Meaning(AdapterUnavailable, Rerun.IF_REPEATABLE, is_outage=True),
}
"""Failures that never reached the server, or whose answer never came back."""


def meaning_of(error: psycopg.Error) -> Meaning | None:
    """Give what a failure means; None for what is a defect of this package, to be seen as it is."""
    if error.sqlstate is not None:
        return BY_STATE.get(error.sqlstate) or BY_STATE.get(error.sqlstate[:2])
    return next((BY_CLASS[kind] for kind in BY_CLASS if isinstance(error, kind)), None)


def translated(error: psycopg.Error) -> Exception:
    """Give the error to raise in place of `error` (and from it): a port's own, or itself."""
    meaning = meaning_of(error)
    return error if meaning is None else meaning.error(str(error).strip())
