"""Ids that lie one after the other are the ids that were put there."""

import copy
import pickle
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instagram_postgres.packed import array_of, uuid_of, uuids_of


@given(ids=st.lists(st.uuids(), max_size=20))
def test_ids_come_back_as_they_were(ids: list[UUID]) -> None:
    """Whole, in order, and of use as any other."""
    found = uuids_of(b"".join(each.bytes for each in ids))
    assert ids == found
    assert [uuid_of(each.bytes) for each in ids] == found
    assert set(ids) == set(found)
    assert list(map(str, ids)) == list(map(str, found))
    assert found == copy.deepcopy(found) == pickle.loads(pickle.dumps(found))  # noqa: S301 - our own


def test_half_an_id_is_refused() -> None:
    """Rather than forgotten."""
    with pytest.raises(Exception, match="buffer"):
        uuids_of(bytes(24))


def test_an_array_is_spelled_as_the_server_reads_it() -> None:
    """Of any length, none included."""
    one, other = UUID(int=1), UUID(int=2**128 - 1)
    assert array_of([]) == "{}"
    assert array_of([one, other]) == f"{{{one.hex},{other.hex}}}"
