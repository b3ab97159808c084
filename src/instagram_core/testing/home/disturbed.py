"""Ports that fail in the middle of a call, or let others go first."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry, HomeSnapshot, RebuildToken, TimelineWindow
from instagram_core.feed.ports import FollowedPosts, TimelineStore
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.kernel.paging import Page, Position


class BreakingTimelines(TimelineStore):
    """A store that goes away once in the middle of a call that is for many."""

    def __init__(self, right: TimelineStore) -> None:
        """Pass everything on to `right`, until told to break."""
        self._right = right
        self._reached: int | None = None

    def break_after(self, readers: int) -> None:
        """Fail the next call for many, when so many of them were reached."""
        self._reached = readers

    def mend(self) -> None:
        """Fail no call any more."""
        self._reached = None

    async def push(self, entry: FeedEntry, readers: Sequence[UserId]) -> int:
        """Push to all, or to the first of them and fail."""
        reached = self._broken(readers)
        taken = await self._right.push(entry, readers if reached is None else reached)
        _fail_if(reached)
        return taken

    async def window(
        self, reader: UserId, after: Position | None, limit: int
    ) -> TimelineWindow | None:
        """Give what `right` gives."""
        return await self._right.window(reader, after, limit)

    async def begin(self, reader: UserId) -> RebuildToken | None:
        """Give what `right` gives."""
        return await self._right.begin(reader)

    async def finish(self, reader: UserId, token: RebuildToken, snapshot: HomeSnapshot) -> bool:
        """Do what `right` does."""
        return await self._right.finish(reader, token, snapshot)

    async def drop(self, readers: Iterable[UserId]) -> None:
        """Drop all, or the first of them and fail."""
        every = tuple(readers)
        reached = self._broken(every)
        await self._right.drop(every if reached is None else reached)
        _fail_if(reached)

    def _broken(self, readers: Sequence[UserId]) -> Sequence[UserId] | None:
        if self._reached is None:
            return None
        reached, self._reached = self._reached - len(readers), None
        if reached >= 0:  # not yet: these are all reached
            self._reached = reached
            return None
        return readers[:reached]


class HeldSnapshots(FollowedPosts):
    """The truth, whose snapshots reach those who asked only after others did something."""

    def __init__(self, right: FollowedPosts) -> None:
        """Pass everything on to `right`."""
        self._right = right
        self._way = asyncio.Event()
        self._way.set()

    @property
    def is_held(self) -> bool:
        """Tell whether snapshots wait."""
        return not self._way.is_set()

    def hold(self) -> None:
        """Keep every snapshot back, after it was read."""
        self._way.clear()

    def let_go(self) -> None:
        """Hand out what was kept back."""
        self._way.set()

    async def page(self, reader: UserId, after: Position | None, limit: int) -> Page[FeedEntry]:
        """Give what `right` gives."""
        return await self._right.page(reader, after, limit)

    async def snapshot(self, reader: UserId, limit: int) -> HomeSnapshot:
        """Give what `right` gave, in time."""
        snapshot = await self._right.snapshot(reader, limit)
        await self._way.wait()
        return snapshot

    async def of_authors(
        self, authors: Iterable[UserId], limit: int
    ) -> Mapping[UserId, Page[FeedEntry]]:
        """Give what `right` gives."""
        return await self._right.of_authors(authors, limit)


def _fail_if(reached: Sequence[UserId] | None) -> None:
    if reached is not None:
        raise AdapterUnavailable from ConnectionResetError()
