"""Windows as the scripts give them, which are made into values when somebody asks."""

from typing import Self

from instagram_core.feed.model import TimelineWindow
from instagram_valkey.feed.entries import (
    MEMBER,
    NO_FLOOR,
    POSITION,
    authors_in,
    entries_in,
    position_in,
)


class PackedWindow(TimelineWindow):
    """A window that is bytes until its parts are asked for.

    A page that is shown again is compared with the top of the timeline, and that is all: to make
    entries of the bytes would cost more than the comparison, and the reading too.
    """

    __slots__ = ("_members", "_stars")

    _members: bytes
    _stars: bytes

    @classmethod
    def of(cls, packed: bytes, stars: bytes = b"") -> Self:
        """Give the window that a script packed: the floor, then members, oldest first; the pulled.

        Its parts are left out: Python asks `__getattr__` for what is not there.
        """
        window = cls.__new__(cls)
        object.__setattr__(window, "_members", packed)
        object.__setattr__(window, "_stars", stars)
        return window

    def __getattr__(self, name: str) -> object:
        """Make a part, and keep it."""
        part: object
        if name == "entries":
            part = entries_in(self._members[POSITION:])
        elif name == "floor":
            floor = self._members[:POSITION]
            part = None if floor == NO_FLOOR else position_in(floor)
        elif name == "pulled":
            part = authors_in(self._stars)
        else:
            raise AttributeError(name)
        object.__setattr__(self, name, part)
        return part

    def top(self, count: int) -> bytes:
        """Give the members themselves."""
        newest = max(POSITION, len(self._members) - count * MEMBER)
        return self._members[newest:] + b"|" + self._stars

    def __eq__(self, other: object) -> bool:
        """Compare the parts, also with those of a window that never was bytes."""
        if not isinstance(other, TimelineWindow):
            return NotImplemented
        mine, theirs = ((w.entries, w.floor, w.pulled) for w in (self, other))
        return mine == theirs

    def __hash__(self) -> int:
        """Agree with equality."""
        return hash((self.entries, self.floor, self.pulled))
