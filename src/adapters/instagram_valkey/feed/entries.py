"""Members of lists: entries as bytes that sort as their positions do."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final
from uuid import UUID

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry, TimelineWindow
from instagram_core.kernel.paging import Position

_TIME: Final = 6  # bytes of milliseconds: enough for the next nine thousand years
_POSITION: Final = _TIME + 16
_MEMBER: Final = _POSITION + 16
_NO_FLOOR: Final = bytes(_POSITION)
_REMEMBERED: Final = 16_384
"""Entries read lately: one lies in many timelines, and near the top of them for a while."""


def member_of(entry: FeedEntry) -> bytes:
    """Give an entry as 38 bytes; OverflowError for a time that is not in this age."""
    return point_of(entry.position) + entry.author_id.bytes


def members_of(entries: Iterable[FeedEntry]) -> bytes:
    """Give entries as one string, oldest first, one a position."""
    by_position = {entry.position: entry for entry in entries}
    return b"".join(member_of(by_position[position]) for position in sorted(by_position))


def point_of(position: Position) -> bytes:
    """Give a position as 22 bytes."""
    return position.at.to_bytes(_TIME) + position.id.bytes


def floor_of(position: Position | None) -> bytes:
    """Give a floor as 22 bytes: zeros where there is none."""
    return _NO_FLOOR if position is None else point_of(position)


def authors_of(authors: Iterable[UserId]) -> bytes:
    """Give people as one string, 16 bytes each."""
    return b"".join([author.bytes for author in authors])


def window_of(packed: bytes, pulled: bytes = b"") -> TimelineWindow:
    """Give the window that a script packed: the floor, then members, oldest first."""
    floor = packed[:_POSITION]
    starts = range(len(packed) - _MEMBER, _POSITION - 1, -_MEMBER)
    authors = range(0, len(pulled), 16)
    return TimelineWindow(
        entries=tuple([_entry(packed[start : start + _MEMBER]) for start in starts]),
        floor=None if floor == _NO_FLOOR else _position(floor, 0),
        pulled=tuple([_author(pulled[at : at + 16]) for at in authors]),
    )


@lru_cache(_REMEMBERED)
def _entry(member: bytes) -> FeedEntry:
    return FeedEntry(position=_position(member, 0), author_id=_author(member[_POSITION:]))


@lru_cache(_REMEMBERED)
def _author(identity: bytes) -> UserId:
    return UserId(UUID(bytes=identity))


def _position(packed: bytes, start: int) -> Position:
    time, identity = start + _TIME, packed[start + _TIME : start + _POSITION]
    return Position(int.from_bytes(packed[start:time]), UUID(bytes=identity))
