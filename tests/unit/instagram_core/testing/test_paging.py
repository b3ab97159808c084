"""Walking through a list says what is wrong with its pages."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from instagram_core.kernel.paging import Page, Position
from instagram_core.testing.paging import walk

ROWS = [Position(at, UUID(int=at)) for at in range(5, 0, -1)]


def read(
    spoil: Callable[[Page[int], list[Position]], Page[int]] = lambda page, _: page,
) -> Callable[[Position | None, int], Awaitable[Page[int]]]:
    """Give a list of five rows whose pages are spoiled."""

    async def page(after: Position | None, limit: int) -> Page[int]:
        older = [row for row in ROWS if after is None or row < after]
        shown = older[:limit]
        more = shown[-1] if len(older) > limit else None
        return spoil(Page(tuple(row.at for row in shown), more), older)

    return page


@pytest.mark.parametrize("limit", [1, 2, 4, 5, 6])
def test_a_right_list_is_given_whole(limit: int) -> None:
    """In its order, whatever the size of a page."""
    assert asyncio.run(walk(read(), limit)) == [5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda page, _: Page((*page.items, 0), page.next), "3 items in a page of 2"),
        (lambda page, _: Page(page.items[:1], page.next), "more follows a page of 1 of 2"),
        (lambda page, _: Page(page.items, ROWS[0]), "does not lead on"),
        (
            lambda page, older: Page(page.items, page.next or (older[-1] if older else None)),
            "more follows a page of 1 of 2",
        ),
    ],
)
def test_a_wrong_list_is_told(
    spoil: Callable[[Page[int], list[Position]], Page[int]], complaint: str
) -> None:
    """A page too long or too short, a cursor that stands still, a promise of nothing."""
    with pytest.raises(AssertionError, match=complaint):
        asyncio.run(walk(read(spoil), 2))


def test_a_promise_of_more_must_be_kept() -> None:
    """The last page says that it is the last."""

    async def page(after: Position | None, limit: int) -> Page[int]:
        return Page((5, 4)[:limit], ROWS[1]) if after is None else Page(())

    with pytest.raises(AssertionError, match="promised more"):
        asyncio.run(walk(page, 2))
