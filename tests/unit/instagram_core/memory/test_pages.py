"""Pages cut out of all rows, against sorting them."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from instagram_core.kernel.paging import Position
from instagram_core.memory.pages import newest_first

POSITIONS = st.builds(
    Position, at=st.integers(0, 4), id=st.integers(0, 4).map(lambda n: UUID(int=n))
)
ROWS = st.lists(POSITIONS, unique=True, max_size=12)


@given(rows=ROWS, limit=st.integers(1, 5))
def test_pages_join_to_the_sorted_list(rows: list[Position], limit: int) -> None:
    """Full while there is more, without gap or repeat, and the last one says so."""
    expected = sorted(rows, reverse=True)
    sizes: list[int] = []
    found: list[Position] = []
    after = None

    while not sizes or after is not None:
        page = newest_first(((row, row) for row in rows), after, limit)
        sizes.append(len(page.items))
        found.extend(page.items)
        after = page.next

    assert found == expected
    assert set(sizes[:-1]) <= {limit}
    assert sizes[-1] > 0 or not rows


@given(rows=ROWS, after=POSITIONS, limit=st.integers(1, 5))
def test_a_page_begins_below_any_position(
    rows: list[Position], after: Position, limit: int
) -> None:
    """Also one that no row has: the row may be gone since the last page."""
    expected = sorted((row for row in rows if row < after), reverse=True)[:limit]

    assert list(newest_first(((row, row) for row in rows), after, limit).items) == expected
