"""A capped timeline against everything that was ever added to it."""

from typing import Any
from uuid import UUID

import attrs
from hypothesis import given
from hypothesis import strategies as st

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry
from instagram_core.kernel.paging import Position
from instagram_core.memory.feed.capped import CappedTimeline

AUTHOR = UserId(UUID(int=1))
POSITIONS = st.builds(
    Position, at=st.integers(0, 3), id=st.integers(0, 3).map(lambda n: UUID(int=n))
)
STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "add", "add", "remove", "raise_floor"]), POSITIONS),
    max_size=30,
)


@attrs.define
class Slow:
    """The obvious timeline: a set of positions, and the highest that was given up."""

    cap: int
    floor: Position | None
    held: set[Position] = attrs.Factory(set)

    def add(self, position: Position) -> bool:
        """Add, then give the oldest up while there are too many."""
        if position in self.held or not self.is_above(position):
            return False
        self.held.add(position)
        while len(self.held) > self.cap:
            self.floor = min(self.held)
            self.held.remove(self.floor)
        return True

    def remove(self, position: Position) -> None:
        """Remove."""
        self.held.discard(position)

    def raise_floor(self, position: Position) -> None:
        """Give up what is not above."""
        if self.is_above(position):
            self.floor = position
        self.held = set(filter(self.is_above, self.held))

    def is_above(self, position: Position) -> bool:
        """Tell whether a position is above the floor."""
        return self.floor is None or position > self.floor


def entry(position: Position) -> FeedEntry:
    """Give the entry of a position."""
    return FeedEntry(position=position, author_id=AUTHOR)


@given(
    cap=st.integers(1, 5),
    floor=st.none() | POSITIONS,
    steps=STEPS,
    after=st.none() | POSITIONS,
    limit=st.integers(1, 4),
)
def test_it_holds_the_newest_above_its_floor(
    cap: int,
    floor: Position | None,
    steps: list[tuple[str, Position]],
    after: Position | None,
    limit: int,
) -> None:
    """Whatever is added, removed and given up, in any order."""
    timeline, slow = CappedTimeline(cap, floor), Slow(cap, floor)

    for name, position in steps:
        argument: Any = entry(position) if name == "add" else position
        assert getattr(timeline, name)(argument) == getattr(slow, name)(position)
        window = timeline.window(after, limit)
        older = [each for each in slow.held if after is None or each < after]
        expected = sorted(older, reverse=True)[:limit]
        assert [each.position for each in window.entries] == expected
        assert window.floor == slow.floor


@given(position=POSITIONS, author=st.uuids())
def test_of_two_at_one_position_the_first_stays(position: Position, author: UUID) -> None:
    """A position is one post's, so the second is a repeat."""
    timeline = CappedTimeline(3)
    timeline.add(entry(position))

    taken = timeline.add(FeedEntry(position=position, author_id=UserId(author)))

    assert not taken
    assert timeline.window(None, 3).entries == (entry(position),)
