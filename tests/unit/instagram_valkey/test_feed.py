"""Entries and pages as bytes."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import CachedPage, FeedEntry, PageBasis, TimelineWindow
from instagram_core.kernel.paging import Position
from instagram_valkey.feed.entries import (
    authors_of,
    floor_of,
    member_of,
    members_of,
    point_of,
)
from instagram_valkey.feed.pages import packed, unpacked
from instagram_valkey.feed.windows import PackedWindow

_ID = UUID(int=2**127 + 7)
positions = st.builds(Position, st.integers(1, 2**48 - 1), st.uuids())
entries = st.builds(FeedEntry, position=positions, author_id=st.uuids().map(UserId))


@given(st.lists(positions))
def test_points_sort_as_positions_do(some: list[Position]) -> None:
    """Byte by byte, whatever the bytes."""
    assert [point_of(each) for each in sorted(some)] == sorted(map(point_of, some))


@given(st.lists(entries), st.none() | positions, st.lists(st.uuids().map(UserId)))
def test_a_window_comes_back_newest_first(
    some: list[FeedEntry], floor: Position | None, pulled: list[UserId]
) -> None:
    """One entry a position, whatever order they were given in."""
    by_position = {each.position: each for each in some}
    newest_first = sorted(by_position.values(), key=lambda each: each.position, reverse=True)

    found = PackedWindow.of(floor_of(floor) + members_of(some), authors_of(pulled))

    expected = TimelineWindow(entries=tuple(newest_first), floor=floor, pulled=tuple(pulled))
    assert found == expected
    assert expected == found
    assert hash(found) == hash(
        PackedWindow.of(floor_of(floor) + members_of(some), authors_of(pulled))
    )
    assert found != TimelineWindow(entries=(), floor=Position(2**47, _ID))
    assert (found == 1, hasattr(found, "other")) == (False, False)


@given(st.lists(entries, min_size=1), st.none() | positions, st.integers(1, 5))
def test_the_top_of_a_window_tells_its_newest_entries_and_who_is_pulled(
    some: list[FeedEntry], floor: Position | None, count: int
) -> None:
    """And nothing else: neither the floor nor what lies below."""
    stars = authors_of([UserId(_ID)])
    packed = members_of(some)
    newest = PackedWindow.of(floor_of(floor) + packed, stars).entries[:count]
    top = PackedWindow.of(floor_of(floor) + packed, stars).top(count)
    assert top == PackedWindow.of(floor_of(None) + members_of(newest), stars).top(count)
    assert top != PackedWindow.of(floor_of(floor) + packed).top(count)
    assert top != PackedWindow.of(floor_of(floor) + members_of(newest[1:]), stars).top(count)


def test_a_member_begins_with_its_position() -> None:
    """So that the member that falls off over the cap is the floor as it stands."""
    entry = FeedEntry(position=Position(5, _ID), author_id=UserId(_ID))

    assert member_of(entry) == point_of(entry.position) + _ID.bytes


def test_a_time_of_another_age_is_an_error_and_no_other_place() -> None:
    """Nothing is cut off."""
    with pytest.raises(OverflowError):
        point_of(Position(2**48, _ID))


_BASES = st.builds(
    PageBasis,
    moment=st.integers(0, 2**53),
    names=st.frozensets(st.text()),
    top=st.none() | st.binary(),
)


@given(st.builds(CachedPage, body=st.binary(), basis=_BASES, made_at=st.integers(0, 2**45)))
def test_a_page_comes_back_as_it_was(page: CachedPage) -> None:
    """Whatever the text of its names and the bytes of its body."""
    kept = packed(page, "prefix:")
    mark = kept[8:16]
    assert unpacked(kept, mark, "prefix:") == page
    assert unpacked(packed(page, "prefix:"), mark, "prefix:") is None, "it is another one"
    assert unpacked(None, mark, "prefix:") is None
