"""The list of one author as its row holds it, and what becomes of it: pure functions on bytes."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Final, Self

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry, TimelineWindow
from instagram_core.kernel.paging import Position

_SIZE: Final = Position.SIZE
_NOWHERE: Final = b""  # below every position


@attrs.frozen(kw_only=True)
class Listing:
    """Positions oldest first, complete above a floor; nobody's yet while it is being filled."""

    positions: bytes = b""
    """One after the other, 24 bytes each: as bytes they sort as positions do."""
    floor: bytes = _NOWHERE
    token: str = ""
    """Of the filling under way; empty when the list is finished."""
    until: int
    """Unix milliseconds from which on it is as if it were not there."""

    def added(self, entries: Iterable[FeedEntry], cap: int) -> Self:
        """Give it with entries above its floor, of all of them the newest `cap`."""
        known = set(_split(self.positions))
        news = {bytes(entry.position) for entry in entries}
        kept = sorted(position for position in known | news if position > self.floor)
        surplus = max(0, len(kept) - cap)
        floor = kept[surplus - 1] if surplus else self.floor
        return attrs.evolve(self, positions=b"".join(kept[surplus:]), floor=floor)

    def removed(self, entry: FeedEntry) -> Self:
        """Give it without an entry; the floor stays."""
        gone = bytes(entry.position)
        kept = [position for position in _split(self.positions) if position != gone]
        return attrs.evolve(self, positions=b"".join(kept))

    def filled(
        self, entries: Sequence[FeedEntry], floor: Position | None, until: int, cap: int
    ) -> Self:
        """Give it finished: what was added meanwhile and what was read, complete above `floor`."""
        bottom = max(self.floor, _NOWHERE if floor is None else bytes(floor))
        finished = attrs.evolve(self, floor=bottom, token="", until=until)
        return finished.added(entries, cap)

    def window(self, author: UserId, after: Position | None, limit: int) -> TimelineWindow:
        """Give up to `limit` entries older than `after`, newest first."""
        end = len(self.positions) // _SIZE
        if after is not None:
            end = bisect_left(range(end), bytes(after), key=self._at)
        begin = max(0, end - limit)
        found = (Position.from_bytes(self._at(number)) for number in range(begin, end))
        entries = tuple(FeedEntry(position=position, author_id=author) for position in found)
        floor = Position.from_bytes(self.floor) if self.floor else None
        return TimelineWindow(entries=entries[::-1], floor=floor)

    def _at(self, number: int) -> bytes:
        return self.positions[number * _SIZE : (number + 1) * _SIZE]


def _split(positions: bytes) -> Iterable[bytes]:
    return (positions[at : at + _SIZE] for at in range(0, len(positions), _SIZE))
