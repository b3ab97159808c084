"""Cutting a page out of all rows."""

import heapq
from collections.abc import Iterable
from operator import itemgetter
from typing import TypeVar

from instagram_core.kernel.paging import Page, Position

T = TypeVar("T")


def newest_first(rows: Iterable[tuple[Position, T]], after: Position | None, limit: int) -> Page[T]:
    """Give the `limit` newest of those rows that are older than `after`."""
    older = (row for row in rows if after is None or row[0] < after)
    found = heapq.nlargest(limit + 1, older, key=itemgetter(0))
    shown = found[:limit]
    has_more = len(found) > limit
    return Page(tuple(item for _, item in shown), shown[-1][0] if has_more else None)
