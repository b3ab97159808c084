"""A timeline of bounded length, complete above its floor."""

from bisect import bisect_left, insort
from operator import attrgetter

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry, TimelineWindow
from instagram_core.kernel.paging import Position

_POSITION = attrgetter("position")


class CappedTimeline:
    """Entries above a floor, at most `cap` of them, one a position."""

    pulled: tuple[UserId, ...] = ()
    """Whose posts need not be here."""

    def __init__(self, cap: int, floor: Position | None = None) -> None:
        """Begin without entries."""
        self._cap = cap
        self._floor = floor
        self._oldest_first: list[FeedEntry] = []

    def add(self, entry: FeedEntry) -> bool:
        """Tell whether the entry was taken: it is above the floor and its position was free."""
        if self._oldest_first and self._oldest_first[-1].position < entry.position:
            self._oldest_first.append(entry)  # nearly always it is the newest
        elif self._is_below(entry.position) or self._find(entry.position) is not None:
            return False
        else:
            insort(self._oldest_first, entry, key=_POSITION)
        if len(self._oldest_first) > self._cap:
            self._floor = self._oldest_first.pop(0).position
        return True

    def remove(self, position: Position) -> None:
        """Remove what lies at a position; the floor stays."""
        index = self._find(position)
        if index is not None:
            del self._oldest_first[index]

    def raise_floor(self, floor: Position | None) -> None:
        """Forget what is at or below `floor`, unless the floor is higher already."""
        if floor is None or (self._floor is not None and floor <= self._floor):
            return
        self._floor = floor
        self._oldest_first = [e for e in self._oldest_first if e.position > floor]

    def window(self, after: Position | None, limit: int) -> TimelineWindow:
        """Give up to `limit` entries older than `after`, newest first."""
        entries = self._oldest_first
        end = len(entries) if after is None else bisect_left(entries, after, key=_POSITION)
        newest_first = reversed(entries[max(0, end - limit) : end])
        return TimelineWindow(entries=tuple(newest_first), floor=self._floor, pulled=self.pulled)

    def _is_below(self, position: Position) -> bool:
        return self._floor is not None and position <= self._floor

    def _find(self, position: Position) -> int | None:
        index = bisect_left(self._oldest_first, position, key=_POSITION)
        found = self._oldest_first[index : index + 1]
        return index if found and found[0].position == position else None
