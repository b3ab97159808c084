"""Positions are ordered as their bytes are."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instagram_core.kernel.paging import Position

POSITIONS = st.builds(
    Position,
    at=st.one_of(st.integers(0, 3), st.integers(0, (1 << 64) - 1)),
    id=st.one_of(st.integers(0, 3).map(lambda number: UUID(int=number)), st.uuids()),
)


@given(one=POSITIONS, other=POSITIONS)
def test_bytes_sort_as_positions_do(one: Position, other: Position) -> None:
    """A store that compares bytes orders a feed like one that compares rows."""
    expected = ((one.at, one.id.int) > (other.at, other.id.int), one == other)

    assert (one > other, one == other) == expected
    assert (bytes(one) > bytes(other), bytes(one) == bytes(other)) == expected


@given(position=POSITIONS)
def test_a_position_survives_as_bytes(position: Position) -> None:
    """24 bytes hold all of it."""
    data = bytes(position)

    assert len(data) == Position.SIZE
    assert Position.from_bytes(data) == position


@given(data=st.binary(max_size=50).filter(lambda data: len(data) != Position.SIZE))
def test_bytes_of_another_length_are_no_position(data: bytes) -> None:
    """Nothing is cut off or filled up."""
    with pytest.raises(ValueError, match=f"not {len(data)}"):
        Position.from_bytes(data)


def test_a_moment_before_1970_has_no_bytes() -> None:
    """It would sort after all others, so it is refused."""
    with pytest.raises(OverflowError):
        bytes(Position(-1, UUID(int=0)))
