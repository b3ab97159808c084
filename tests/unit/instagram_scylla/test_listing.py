"""The list of an author, against the reference."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry
from instagram_core.kernel.paging import Position
from instagram_core.memory.feed.capped import CappedTimeline
from instagram_scylla.listing import Listing

CAP = 4
AUTHOR = UserId(UUID(int=1))

positions = st.builds(
    Position,
    at=st.integers(0, 3),
    id=st.integers(0, 2**128 - 1).map(lambda number: UUID(int=number)) | st.just(UUID(int=7)),
)
entries = positions.map(lambda position: FeedEntry(position=position, author_id=AUTHOR))
acts = st.lists(st.tuples(st.sampled_from(["add", "remove"]), entries), max_size=20)


@given(acts=acts, read=st.lists(entries), floor=st.none() | positions, after=st.none() | positions)
def test_a_list_holds_what_the_reference_holds(
    acts: list[tuple[str, FeedEntry]],
    read: list[FeedEntry],
    floor: Position | None,
    after: Position | None,
) -> None:
    """Whatever was added, removed and filled, every window is the same."""
    expected = CappedTimeline(CAP)
    listing = Listing(token="filling", until=1)
    for act, entry in acts:
        if act == "add":
            expected.add(entry)
            listing = listing.added([entry], CAP)
        else:
            expected.remove(entry.position)
            listing = listing.removed(entry)
    expected.raise_floor(floor)
    for entry in read:
        expected.add(entry)
    listing = listing.filled(read, floor, 2, CAP)

    assert (listing.token, listing.until) == ("", 2)
    for limit in range(1, CAP + 2):
        assert expected.window(after, limit) == listing.window(AUTHOR, after, limit)
