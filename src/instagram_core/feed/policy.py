"""Pure decisions of feeds: how sources are merged, what a page rests on."""

import heapq
from collections.abc import Iterable, Sequence
from uuid import UUID

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry, TimelineWindow
from instagram_core.kernel.paging import Page, Position


@attrs.frozen(kw_only=True)
class Slice:
    """Some of one source, newest first.

    Everything the source has at or above `horizon` (and below where the slice was asked to start)
    is in it. `horizon` None: nothing older is left.
    """

    entries: tuple[FeedEntry, ...]
    horizon: Position | None


def slice_of(window: TimelineWindow, limit: int) -> Slice:
    """Give what a window of `limit` + 1 entries tells of its source."""
    entries = window.entries[: limit + 1]
    if len(entries) > limit:
        return Slice(entries=entries, horizon=entries[-1].position)
    return Slice(
        entries=entries, horizon=None if window.floor is None else just_above(window.floor)
    )


def just_above(floor: Position) -> Position:
    """Give the oldest position that is newer: what a source knows begins there."""
    number = floor.id.int + 1
    if number >> 128:
        return Position(floor.at + 1, UUID(int=0))
    return Position(floor.at, UUID(int=number))


def is_unknown(after: Position | None, floor: Position | None) -> bool:
    """Tell whether all that is older than `after` lies at or below a floor."""
    return after is not None and floor is not None and after <= just_above(floor)


def merge(slices: Sequence[Slice], limit: int) -> Page[FeedEntry]:
    """Give the newest `limit` entries of all slices, one for each position.

    A k-way merge, O(n log k). It stops at the highest horizon: below it some source may hold
    entries that are not here, and showing others first would bury them. So a page may be short
    while `next` says that there is more; `next` always lies below where the slices began.
    """
    known = [each.horizon for each in slices if each.horizon is not None]
    horizon = max(known, key=_place) if known else None
    end = (-1, -1) if horizon is None else _place(horizon)
    taken: list[FeedEntry] = []
    previous = None
    for entry in _merged(slices):
        place = _place(entry.position)
        if place == previous:
            continue
        if place < end:
            break
        if len(taken) == limit:
            return Page(tuple(taken), taken[-1].position)
        taken.append(entry)
        previous = place
    return Page(tuple(taken), horizon)


def _merged(slices: Sequence[Slice]) -> Iterable[FeedEntry]:
    if len(slices) == 1:
        return slices[0].entries
    return heapq.merge(
        *(each.entries for each in slices),
        key=lambda entry: _place(entry.position),
        reverse=True,
    )


def _place(position: Position) -> tuple[int, int]:
    """Give numbers that compare as positions do, many times as quickly."""
    return position.at, position.id.int


def top_of(window: TimelineWindow, limit: int) -> bytes:
    """Describe what a first page of `limit` posts takes from a timeline.

    Equal bytes, equal pages: the newest entries, whether there are more, and who is pulled.
    """
    return window.top(limit + 1)


def name_of_reader(user: UserId) -> str:
    """Give the name under which what somebody does makes their own pages void."""
    return f"reader:{user.hex}"


def name_of_author(user: UserId) -> str:
    """Give the name under which what becomes of somebody makes pages that show them void."""
    return f"author:{user.hex}"
