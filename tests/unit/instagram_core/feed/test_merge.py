"""The merge of ordered sources, against sorting everything."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry
from instagram_core.feed.policy import Slice, merge
from instagram_core.kernel.paging import Position

AUTHOR = UserId(UUID(int=1))


def entry(at: int, post: int = 0) -> FeedEntry:
    """Give the entry of a small position."""
    return FeedEntry(position=Position(at, UUID(int=post)), author_id=AUTHOR)


def newest_first(entries: set[FeedEntry]) -> list[FeedEntry]:
    """Give entries in the order of feeds."""
    return sorted(entries, key=lambda each: each.position, reverse=True)


def cut(source: set[FeedEntry], after: Position | None, length: int) -> Slice:
    """Give the newest `length` entries of a source below `after`, as an honest store would."""
    rest = [each for each in newest_first(source) if after is None or each.position < after]
    shown = tuple(rest[:length])
    return Slice(entries=shown, horizon=shown[-1].position if len(rest) > length else None)


# Few moments and few ids, so that equal positions and equal times are common.
entries = st.builds(entry, st.integers(0, 12), st.integers(0, 2))
sources = st.lists(st.sets(entries, max_size=25), max_size=5)


@st.composite
def slices(draw: st.DrawFn) -> Slice:
    """Give some of a source, its horizon anywhere at or below the oldest that is shown."""
    shown = newest_first(draw(st.sets(entries, max_size=8)))
    oldest = shown[-1].position if shown else Position(13, UUID(int=0))
    below = st.builds(lambda at, post: entry(at, post).position, st.integers(0, 13), st.just(0))
    horizon = draw(st.none() | below.filter(lambda position: position <= oldest))
    return Slice(entries=tuple(shown), horizon=horizon)


@given(st.lists(slices(), max_size=5), st.integers(1, 10))
def test_a_page_is_the_newest_of_what_is_certain(parts: list[Slice], limit: int) -> None:
    """Sorting everything at or above the highest horizon gives the same page."""
    horizons = [part.horizon for part in parts if part.horizon is not None]
    everything = {each for part in parts for each in part.entries}
    certain = [
        each for each in newest_first(everything) if not horizons or each.position >= max(horizons)
    ]

    page = merge(parts, limit)

    assert tuple(certain[:limit]) == page.items
    if len(certain) > limit:
        assert page.next == page.items[-1].position
    else:
        assert page.next == (max(horizons) if horizons else None)


@given(sources, st.integers(1, 6), st.lists(st.integers(1, 4), min_size=5, max_size=5))
def test_walking_over_truncated_slices_gives_everything_once_and_in_order(
    parts: list[set[FeedEntry]], limit: int, lengths: list[int]
) -> None:
    """However short the slices are, following the cursors is sorting everything."""
    walked: list[FeedEntry] = []
    after: Position | None = None
    while True:
        cuts = [cut(part, after, length) for part, length in zip(parts, lengths, strict=False)]
        page = merge(cuts, limit)
        assert len(page.items) <= limit
        walked.extend(page.items)
        if page.next is None:
            break
        assert after is None or page.next < after
        after = page.next

    assert walked == newest_first(set().union(*parts))


@given(sources, st.integers(1, 6))
def test_a_page_is_full_when_every_slice_is_as_long_as_the_page(
    parts: list[set[FeedEntry]], limit: int
) -> None:
    """Slices of the page's length are enough: one round suffices unless sources share entries."""
    apart = [
        {entry(each.position.at, 100 * number + index) for index, each in enumerate(part)}
        for number, part in enumerate(parts)
    ]
    total = len(set().union(*apart))

    page = merge([cut(part, None, limit) for part in apart], limit)

    assert len(page.items) == min(limit, total)
    assert (page.next is not None) == (total > limit)


def test_one_post_from_several_sources_is_shown_once() -> None:
    """An author who crosses the threshold is pushed and pulled: still one entry."""
    twice = [Slice(entries=(entry(2), entry(1)), horizon=None)] * 2

    assert merge(twice, 10).items == (entry(2), entry(1))


def test_an_entry_at_the_horizon_is_certain() -> None:
    """A horizon is inclusive, or the last entry of each slice would be read twice."""
    short = Slice(entries=(entry(5),), horizon=entry(5).position)

    assert merge([short], 10).items == (entry(5),)


def test_what_lies_below_another_sources_horizon_waits() -> None:
    """The short source may hold entries between: showing the old one first would bury them."""
    short = Slice(entries=(entry(9),), horizon=entry(9).position)
    long = Slice(entries=(entry(3),), horizon=None)

    page = merge([short, long], 10)

    assert page.items == (entry(9),)
    assert page.next == entry(9).position


def test_an_empty_slice_with_a_horizon_leads_on() -> None:
    """A source that scanned much and found nothing says how far it got; the cursor follows."""
    scanned = Slice(entries=(), horizon=entry(4).position)

    page = merge([scanned], 10)

    assert page.items == ()
    assert page.next == entry(4).position


@pytest.mark.parametrize("count", [0, 3])
def test_nothing_in_any_source_is_the_end(count: int) -> None:
    """Without entries and horizons there is no next page."""
    page = merge([Slice(entries=(), horizon=None)] * count, 10)

    assert page.items == ()
    assert page.next is None
