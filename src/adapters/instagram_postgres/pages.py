"""Pages of lists that are ordered newest first by time and id."""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar
from uuid import UUID

from instagram_core.kernel.paging import Page, Position
from instagram_postgres.pool import Row

T = TypeVar("T")

_NEWEST: Final = Position(2**63 - 1, UUID(int=2**128 - 1))


def older_than(after: Position | None, limit: int) -> dict[str, object]:
    """Give `before_at`, `before_id` and `rows`, for `(at, id) < (…)` and `LIMIT`.

    One row more than the page holds tells whether another page follows. The first page is that
    before the last of all positions, so that both are one statement with one plan.
    """
    start = after or _NEWEST
    return {"before_at": start.at, "before_id": start.id, "rows": limit + 1}


def page_of(rows: Sequence[Row], limit: int, item: Callable[[Row], T]) -> Page[T]:
    """Give the page of rows that begin with time and id."""
    shown = rows[:limit]
    end = Position(shown[-1][0], shown[-1][1]) if len(rows) > limit else None
    return Page(tuple(item(row) for row in shown), end)
