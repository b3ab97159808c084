"""Changes of tables can be taken back exactly."""

from collections.abc import MutableMapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instagram_core.kernel.errors import TransactionError
from instagram_core.memory.journal import Journal, Table

Operation = tuple[Any, ...]

KEYS = st.integers(0, 5)
ROWS = st.dictionaries(KEYS, st.integers())
OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("set"), KEYS, st.integers()),
        st.tuples(st.just("delete"), KEYS),
        st.tuples(st.just("pop"), KEYS),
        st.tuples(st.just("setdefault"), KEYS, st.integers()),
        st.tuples(st.just("update"), ROWS),
        st.tuples(st.just("popitem")),
        st.tuples(st.just("clear")),
    ),
    max_size=30,
)


def run(rows: MutableMapping[int, int], name: str, *arguments: object) -> None:
    """Do one operation; what is not there is passed over."""
    methods = {"set": "__setitem__", "delete": "__delitem__"}
    try:
        getattr(rows, methods.get(name, name))(*arguments)
    except KeyError:
        assert name in {"delete", "pop", "popitem"}


def filled(journal: Journal, rows: dict[int, int]) -> Table[int, int]:
    """Give a table that holds `rows`."""
    table: Table[int, int] = Table(journal)
    journal.begin()
    table.update(rows)
    journal.commit()
    return table


@given(first=ROWS, second=ROWS, operations=st.lists(st.tuples(st.booleans(), OPERATIONS)))
def test_rolling_back_restores_what_was(
    first: dict[int, int], second: dict[int, int], operations: list[tuple[bool, list[Operation]]]
) -> None:
    """Whatever was done to two tables of one journal, they are as before."""
    journal = Journal()
    tables = filled(journal, first), filled(journal, second)

    journal.begin()
    for which, several in operations:
        for operation in several:
            run(tables[which], *operation)
    journal.roll_back()

    assert (dict(tables[0]), dict(tables[1])) == (first, second)


@given(rows=ROWS, operations=OPERATIONS)
def test_committing_keeps_what_a_dictionary_would_hold(
    rows: dict[int, int], operations: list[Operation]
) -> None:
    """A table is a dictionary, and rolling back later work does not touch earlier work."""
    journal = Journal()
    table, model = filled(journal, rows), dict(rows)
    # A dictionary removes its last item, a MutableMapping its first: not a difference to keep.
    operations = [operation for operation in operations if operation[0] != "popitem"]

    journal.begin()
    for operation in operations:
        run(table, *operation)
        run(model, *operation)
    journal.commit()
    journal.begin()
    table.clear()
    journal.roll_back()

    assert dict(table) == model


@pytest.mark.parametrize("operation", [("set", 1, 2), ("delete", 1), ("clear",)])
def test_a_table_refuses_changes_outside_a_unit_of_work(operation: Operation) -> None:
    """A change that nothing could take back is a defect of the caller."""
    table = filled(Journal(), {1: 1})

    with pytest.raises(TransactionError):
        run(table, *operation)

    assert dict(table) == {1: 1}
