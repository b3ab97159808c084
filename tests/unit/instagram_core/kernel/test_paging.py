"""Positions are ordered as their bytes are."""

import asyncio
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instagram_core.kernel.paging import Page, Position, filled

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


@given(
    shown=st.lists(st.booleans(), max_size=12),
    limit=st.integers(1, 5),
    start=st.integers(0, 12),
    reads=st.integers(1, 5),
)
def test_a_filled_page_holds_what_the_reads_show(
    shown: list[bool], limit: int, start: int, reads: int
) -> None:
    """Full while there is more, unless its reads are used up; the cursor is the last one's."""
    positions = [Position(100 - number, UUID(int=0)) for number in range(len(shown) + start)]
    rows = [(p, n >= start and shown[n - start]) for n, p in enumerate(positions)]
    asked = 0

    async def read(after: Position | None, wanted: int) -> Page[Position]:
        nonlocal asked
        asked += 1
        older = [row for row in rows if after is None or row[0] < after]
        more = older[wanted - 1][0] if len(older) > wanted else None
        return Page(tuple(p for p, is_shown in older[:wanted] if is_shown), more)

    page = asyncio.run(filled(read, None, limit, reads=reads))

    scanned = [row for row in rows if page.next is None or row[0] >= page.next]
    assert [p for p, is_shown in scanned if is_shown] == list(page.items)
    assert page.next is None or len(page.items) == limit or asked == reads
    assert len(page.items) <= limit
    assert asked <= reads
