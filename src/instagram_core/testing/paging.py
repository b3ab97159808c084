"""Reading a paged list to its end, with what every list promises checked on the way."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from instagram_core.kernel.paging import Page, Position

T = TypeVar("T")
Read = Callable[[Position | None, int], Awaitable[Page[T]]]


async def walk(read: Read[T], limit: int = 2) -> list[T]:
    """Give all items of a list, `limit` a page.

    AssertionError when a page is too long, is not full although more follows, when its cursor
    does not lead on, or when it promised more and nothing came.
    """
    items: list[T] = []
    after: Position | None = None
    while True:
        page = await read(after, limit)
        assert len(page.items) <= limit, f"{len(page.items)} items in a page of {limit}"
        assert page.items or after is None, "a page promised more and nothing came"
        items.extend(page.items)
        if page.next is None:
            return items
        assert len(page.items) == limit, f"more follows a page of {len(page.items)} of {limit}"
        assert after is None or page.next < after, "the cursor does not lead on: it must be older"
        after = page.next
