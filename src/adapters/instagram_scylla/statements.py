"""What this package says to the servers: statements, and how they are prepared."""

from collections.abc import Sequence
from enum import Enum

import attrs
from cassandra import ConsistencyLevel
from cassandra.cluster import Session
from cassandra.query import UNSET_VALUE, PreparedStatement


class Reading(Enum):
    """What a read sees."""

    QUORUM = "quorum"
    """Every write that was acknowledged."""
    SERIAL = "serial"
    """The outcome of conditional writes whose answer was lost, too; four times the price."""


@attrs.frozen(eq=False)  # each is itself: hashing the text would cost at every call
class Statement:
    """One statement with `?` for each value, made once as a constant of its module."""

    cql: str
    is_idempotent: bool = attrs.field(kw_only=True)
    """Whether a second run does no harm. A conditional write is not: it sees its own effect."""
    reading: Reading = attrs.field(default=Reading.QUORUM, kw_only=True)


def prepared(session: Session, statement: Statement) -> PreparedStatement:
    """Prepare on one node, blocking; the others are given it when they say that they lack it."""
    made = session.prepare(statement.cql)
    made.is_idempotent = statement.is_idempotent
    if statement.reading is Reading.SERIAL:
        made.consistency_level = ConsistencyLevel.LOCAL_SERIAL
    return made


def bindable(values: Sequence[object]) -> list[object]:
    """Give the values with None as unset: a null would be stored as a tombstone."""
    return [UNSET_VALUE if value is None else value for value in values]
