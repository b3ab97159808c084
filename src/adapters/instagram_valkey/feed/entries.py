"""Members of lists: entries as bytes that sort as their positions do."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final
from uuid import UUID

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry
from instagram_core.kernel.paging import Position

_TIME: Final = 6  # bytes of milliseconds: enough for the next nine thousand years
_ID: Final = 16
POSITION: Final = _TIME + _ID
MEMBER: Final = POSITION + _ID
NO_FLOOR: Final = bytes(POSITION)
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
    return NO_FLOOR if position is None else point_of(position)


def authors_of(authors: Iterable[UserId]) -> bytes:
    """Give people as one string, 16 bytes each."""
    return b"".join([author.bytes for author in authors])


def entries_in(members: bytes) -> tuple[FeedEntry, ...]:
    """Give back, newest first, what `members_of` made."""
    starts = range(len(members) - MEMBER, -1, -MEMBER)
    return tuple([_entry(members[start : start + MEMBER]) for start in starts])


def position_in(point: bytes) -> Position:
    """Give back what `point_of` made."""
    return Position(int.from_bytes(point[:_TIME]), UUID(bytes=point[_TIME:]))


def authors_in(packed: bytes) -> tuple[UserId, ...]:
    """Give back what `authors_of` made."""
    return tuple([_author(packed[start : start + _ID]) for start in range(0, len(packed), _ID)])


@lru_cache(_REMEMBERED)
def _entry(member: bytes) -> FeedEntry:
    return FeedEntry(position=position_in(member[:POSITION]), author_id=_author(member[POSITION:]))


@lru_cache(_REMEMBERED)
def _author(identity: bytes) -> UserId:
    return UserId(UUID(bytes=identity))
