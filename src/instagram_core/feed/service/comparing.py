"""Stored timelines compared with the truth."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import ClassVar

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry, TimelineWindow
from instagram_core.feed.ports import (
    AuthorDelivery,
    AuthorTimeline,
    FollowedPosts,
    TimelineStore,
)
from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.kernel.paging import Position

Pause = Callable[[float], Awaitable[None]]


@attrs.frozen(kw_only=True)
class Comparison:
    """What is wrong with the timeline of a reader, or with the list of an author."""

    owner: UserId
    missing: tuple[FeedEntry, ...] = ()
    """What belongs there and is not; newest first."""
    unasked: tuple[UserId, ...] = ()
    """Authors who are pulled, and whom the timeline does not tell its reader to ask for."""
    surplus: int = 0
    """Entries that belong to nobody's feed any more. They are left out at each read: no fault."""

    @property
    def is_complete(self) -> bool:
        """Tell whether nothing is missing."""
        return not self.missing and not self.unasked

    def confirmed_by(self, again: "Comparison", pulled: Collection[UserId]) -> "Comparison":
        """Give what was wrong both times; of those unasked for, who was pulled in between."""
        return attrs.evolve(
            again,
            missing=tuple(each for each in again.missing if each in self.missing),
            unasked=tuple(a for a in again.unasked if a in self.unasked and a in pulled),
        )


class Comparing:
    """Compares what is stored with the truth while everything goes on.

    The truth is read first: what it holds then was pushed before, or is being pushed. So posts of
    the last minute are passed over, and what seems wrong is looked at once more after a while,
    for somebody may have unfollowed, or a push been late. What is wrong both times is wrong.
    """

    YOUNG_MS: ClassVar[int] = 60_000
    """Posts that may still be on their way."""
    PAUSE_SECONDS: ClassVar[float] = 2
    """Between the two looks."""
    AT_ONCE: ClassVar[int] = 8
    """Truths read side by side: the database has others to serve."""
    LISTS_AT_ONCE: ClassVar[int] = 100

    def __init__(
        self,
        *,
        followed: FollowedPosts,
        delivery: AuthorDelivery,
        timelines: TimelineStore,
        authors: AuthorTimeline,
        cap: int,
        clock: Clock,
        pause: Pause = asyncio.sleep,
    ) -> None:
        """Compare timelines and lists of `cap` entries."""
        self._followed = followed
        self._delivery = delivery
        self._timelines = timelines
        self._authors = authors
        self._cap = cap
        self._clock = clock
        self._pause = pause
        self._places = asyncio.Semaphore(self.AT_ONCE)

    async def timelines(self, readers: Sequence[UserId]) -> Sequence[Comparison]:
        """Compare the timelines of those readers who have one.

        AdapterUnavailable when a store or the truth cannot be read.
        """
        return await self._twice(readers, self._timeline)

    async def lists(self, authors: Sequence[UserId]) -> Sequence[Comparison]:
        """Compare the lists of those authors who have one; errors as for `timelines`."""
        listed: list[UserId] = []
        for start in range(0, len(authors), self.LISTS_AT_ONCE):
            asked = authors[start : start + self.LISTS_AT_ONCE]
            listed += await self._authors.recent(asked, None, 1)
        return await self._twice(listed, self._list)

    async def _twice(
        self,
        owners: Sequence[UserId],
        look: Callable[[UserId], Awaitable[Comparison | None]],
    ) -> Sequence[Comparison]:
        first = await self._each(owners, look)
        doubtful = {found.owner: found for found in first if not found.is_complete}
        if not doubtful:
            return first
        await self._pause(self.PAUSE_SECONDS)
        unasked = {author for found in doubtful.values() for author in found.unasked}
        pulled = await self._delivery.pulled(unasked) if unasked else frozenset()
        again = await self._each(tuple(doubtful), look)
        return [found for found in first if found.is_complete] + [
            doubtful[found.owner].confirmed_by(found, pulled) for found in again
        ]

    async def _each(
        self,
        owners: Sequence[UserId],
        look: Callable[[UserId], Awaitable[Comparison | None]],
    ) -> list[Comparison]:
        async def placed(owner: UserId) -> Comparison | None:
            async with self._places:
                return await look(owner)

        found = await asyncio.gather(*map(placed, owners))
        return [each for each in found if each is not None]

    async def _timeline(self, reader: UserId) -> Comparison | None:
        if await self._timelines.window(reader, None, 1) is None:
            return None  # most readers have none: the truth is not asked for them
        truth = await self._followed.snapshot(reader, self._cap)
        window = await self._timelines.window(reader, None, self._cap)
        if window is None:
            return None
        found = self._compared(reader, truth.entries, truth.floor, window)
        unasked = tuple(author for author in truth.pulled if author not in window.pulled)
        return attrs.evolve(found, unasked=unasked)

    async def _list(self, author: UserId) -> Comparison | None:
        page = (await self._followed.of_authors([author], self._cap))[author]
        window = (await self._authors.recent([author], None, self._cap)).get(author)
        return None if window is None else self._compared(author, page.items, page.next, window)

    def _compared(
        self,
        owner: UserId,
        truth: Sequence[FeedEntry],
        truth_floor: Position | None,
        window: TimelineWindow,
    ) -> Comparison:
        stored, pulled = {each.position for each in window.entries}, set(window.pulled)
        known = {each.position for each in truth}
        is_cut = len(window.entries) >= self._cap
        lowest = window.entries[-1].position if is_cut else None
        return Comparison(
            owner=owner,
            missing=tuple(
                each
                for each in truth
                if each.position not in stored
                and each.author_id not in pulled
                and _is_above(each.position, window.floor)
                and (lowest is None or each.position > lowest)
                and self._is_old(each.position)
            ),
            surplus=sum(
                _is_above(position, truth_floor) and self._is_old(position)
                for position in stored - known
            ),
        )

    def _is_old(self, position: Position) -> bool:
        return position.at <= to_milliseconds(self._clock.now()) - self.YOUNG_MS


def _is_above(position: Position, floor: Position | None) -> bool:
    return floor is None or position > floor
