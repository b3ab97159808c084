"""What belongs in a home feed, in order: from timelines where they are, else from the truth."""

from collections import OrderedDict
from typing import ClassVar

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry, TimelineWindow
from instagram_core.feed.policy import Slice, is_unknown, merge, slice_of, top_of
from instagram_core.feed.ports import FeedObserver, FollowedPosts, TimelineStore
from instagram_core.feed.service.looking import FirstLook
from instagram_core.feed.service.pulling import NEVER, PulledAuthors
from instagram_core.feed.service.rebuilding import Rebuilds
from instagram_core.feed.service.sampling import Sampling
from instagram_core.kernel.errors import AdapterError
from instagram_core.kernel.paging import Page, Position


@attrs.frozen
class Entries(Page[FeedEntry]):
    """Some entries of a home feed, and what they came from."""

    pulled: tuple[UserId, ...] = ()
    moment: int = NEVER
    """The moment of the cache before the oldest part of this was read."""
    top: bytes | None = None
    """As `policy.top_of` the timeline; None where they came from the truth."""


class HomeEntries:
    """Merges a reader's timeline with the authors who are pulled.

    Down to the timeline's floor, or that of a pulled author; from there on, and wherever there is
    no timeline, it is the truth that is read. All of them hold the same entries, so a page may end
    in one and the next begin in another.
    """

    MOST_PULLED: ClassVar[int] = 200
    """With more authors to look at, the truth is quicker: their lists hold thousands of entries."""

    REMEMBERED: ClassVar[int] = 1000
    """Readers below their timeline's floor, a process."""

    def __init__(
        self,
        *,
        followed: FollowedPosts,
        timelines: TimelineStore,
        pulled: PulledAuthors,
        rebuilds: Rebuilds,
        sampling: Sampling,
        observer: FeedObserver,
    ) -> None:
        """Read from these."""
        self._followed = followed
        self._timelines = timelines
        self._pulled = pulled
        self._rebuilds = rebuilds
        self._sampling = sampling
        self._observer = observer
        self._floors: OrderedDict[UserId, Position] = OrderedDict()

    async def first(self, look: FirstLook) -> Entries:
        """Give the newest entries, from what a first look found."""
        moment = NEVER if look.moment is None else look.moment
        if look.window is None:
            if not look.is_away:
                self._rebuilds.start(look.reader)
            return await self._truth(look.reader, None, look.limit, moment)
        entries = await self._merged(look.reader, look.window, None, look.limit, moment)
        self._sampling.consider(look.reader)
        return entries

    async def page(self, reader: UserId, after: Position | None, limit: int) -> Entries:
        """Give up to `limit` entries older than `after`; fewer do not mean that nothing is left."""
        if is_unknown(after, self._floors.get(reader)):
            return await self._truth(reader, after, limit)
        try:
            window = await self._timelines.window(reader, after, limit + 1)
        except AdapterError:
            return await self._truth(reader, after, limit)
        if window is None:
            self._rebuilds.start(reader)
            return await self._truth(reader, after, limit)
        return await self._merged(reader, window, after, limit, NEVER)

    def renew(self, reader: UserId, entries: Entries) -> None:
        """Have a timeline made anew that holds what belongs to the feed no more."""
        if entries.top is not None:
            self._rebuilds.renew(reader)

    async def _merged(
        self,
        reader: UserId,
        window: TimelineWindow,
        after: Position | None,
        limit: int,
        moment: int,
    ) -> Entries:
        if is_unknown(after, window.floor):
            self._remember(reader, window.floor)
            return await self._truth(reader, after, limit)
        if len(window.pulled) > self.MOST_PULLED:
            return await self._truth(reader, after, limit, moment)
        slices: tuple[Slice, ...] = (slice_of(window, limit),)
        if window.pulled:
            pulled = await self._pulled.pull(window.pulled, after, limit, moment)
            if is_unknown(after, pulled.floor):
                return await self._truth(reader, after, limit)
            slices += pulled.slices
            moment = min(moment, pulled.moment)
        self._observer.read("timeline", len(window.pulled))
        page = merge(slices, limit)
        top = top_of(window, limit) if after is None else None
        return Entries(page.items, page.next, window.pulled, moment, top)

    def _remember(self, reader: UserId, floor: Position | None) -> None:
        """Spare those who page on below a floor the look at a timeline that ends above them.

        It may be another by then: the truth is right at any place.
        """
        if floor is not None:
            self._floors[reader] = floor
            self._floors.move_to_end(reader)
            if len(self._floors) > self.REMEMBERED:
                self._floors.popitem(last=False)

    async def _truth(
        self, reader: UserId, after: Position | None, limit: int, moment: int = NEVER
    ) -> Entries:
        page = await self._followed.page(reader, after, limit)
        self._observer.read("truth", 0)
        return Entries(page.items, page.next, moment=moment)
