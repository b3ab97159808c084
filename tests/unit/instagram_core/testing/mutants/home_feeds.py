"""Wrong home feeds: every store may keep its own contract, together they do not."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.assembly.families import TimelineFamily
from instagram_core.feed.model import (
    Delivery,
    FeedEntry,
    HomeSnapshot,
    PushRule,
    RebuildToken,
    TimelineWindow,
)
from instagram_core.kernel.ids import UuidV7Generator
from instagram_core.kernel.paging import Page
from instagram_core.memory.database import Database
from instagram_core.memory.feed import (
    InMemoryAuthorTimeline,
    InMemoryFeedCache,
    InMemoryTimelineStore,
)
from instagram_core.memory.relational import in_memory_family
from instagram_core.memory.tables import Counter, DeliveryRow
from instagram_core.posts.model import PostId, PostState
from instagram_core.testing.contracts.feed.home import HomeFeedContract
from instagram_core.testing.home.process import Feeds
from instagram_core.testing.home.stage import Stage
from tests.unit.instagram_core.testing.mutants.harness import Around, Make, Mutants

CAUGHT_BY = "test_feeds_are_right_whatever_happens"
TURNS = 60
"""Of the event loop: long enough for others to do something in between."""


def _right(case: Any) -> Feeds:
    return Feeds(
        relational=in_memory_family(Database(case.clock, UuidV7Generator(case.clock))),
        timelines=TimelineFamily(
            timelines=InMemoryTimelineStore(case.clock, cap=Stage.CAP),
            authors=InMemoryAuthorTimeline(case.clock, cap=Stage.CAP),
            cache=InMemoryFeedCache(case.clock),
        ),
    )


async def _flush(case: Any, _: Feeds) -> None:
    await case.elapse(24 * 3600 + 1)


class _OfPort(Mutants):
    """The mutants of one port among all that a home feed rests on."""

    def __init__(self, port: str) -> None:
        super().__init__(HomeFeedContract, right=_right, parts={"flush": _flush})
        self._open = _spoiled(port)


def _spoiled(port: str) -> Callable[[Make], object]:
    def opening(wrong: Make) -> object:
        @asynccontextmanager
        async def opened(case: Any) -> AsyncIterator[Feeds]:
            feeds = _right(case)
            family: Any = feeds.relational if hasattr(feeds.relational, port) else feeds.timelines
            spoiled: dict[str, Any] = {port: wrong(getattr(family, port))}
            family = attrs.evolve(family, **spoiled)
            name = "relational" if hasattr(feeds.relational, port) else "timelines"
            yield attrs.evolve(feeds, **{name: family})

        return opened

    return opening


timelines, authors, caches = _OfPort("timelines"), _OfPort("authors"), _OfPort("cache")
truths, deliveries = _OfPort("followed_posts"), _OfPort("delivery")
processings, states, followers = _OfPort("processing"), _OfPort("states"), _OfPort("followers")


@timelines.caught_by(CAUGHT_BY)
class HomeKeepsTimelinesOfThoseWhoFollow(Around):
    """Drops nothing: what the followed shared before never comes."""

    async def drop(self, readers: Iterable[UserId]) -> None:
        pass


@timelines.caught_by(CAUGHT_BY)
class HomeFinishesRebuildsThatWereDropped(Around):
    """Stores what was read before somebody was followed."""

    async def finish(self, reader: UserId, token: RebuildToken, snapshot: HomeSnapshot) -> bool:
        if await self.right.finish(reader, token, snapshot):
            return True
        again = await self.right.begin(reader)
        return again is not None and bool(await self.right.finish(reader, again, snapshot))


@timelines.caught_by(CAUGHT_BY)
class HomeTakesWhatIsBelowTheFloorForAll(Around):
    """A timeline that reaches down to whatever was pushed last."""

    async def window(self, *where: Any) -> TimelineWindow | None:
        window: TimelineWindow | None = await self.right.window(*where)
        return window and attrs.evolve(window, floor=None)


@timelines.caught_by(CAUGHT_BY)
class HomeForgetsWhomToPull(Around):
    """Reads nobody's recent posts beside the timeline."""

    async def window(self, *where: Any) -> TimelineWindow | None:
        window: TimelineWindow | None = await self.right.window(*where)
        return window and attrs.evolve(window, pulled=())


@timelines.caught_by(CAUGHT_BY)
class HomeLosesWhatIsPushedDuringARebuild(Around):
    """Takes posts into finished timelines only."""

    async def push(self, entry: FeedEntry, readers: Sequence[UserId]) -> int:
        there = [r for r in readers if await self.right.window(r, None, 1) is not None]
        return int(await self.right.push(entry, there))


@timelines.caught_by(CAUGHT_BY)
class HomeTakesAFailedPushForDone(Around):
    """Pushes to the first reader of every batch."""

    async def push(self, entry: FeedEntry, readers: Sequence[UserId]) -> int:
        return int(await self.right.push(entry, readers[:1]))


@deliveries.caught_by(CAUGHT_BY)
class HomeCrossesWithoutDropping(Around):
    """Pulls at once, while older timelines do not say whom to pull."""

    async def settle(self, author: UserId, rule: PushRule) -> Delivery:
        async with self.tables() as tables:
            row = tables.deliveries.get(author, DeliveryRow())
            is_many = rule.is_pulled_with(tables.counted(Counter.FOLLOWERS, author))
            if row.delivery is Delivery.PUSH and is_many:
                tables.deliveries[author] = attrs.evolve(row, delivery=Delivery.PULL)
                return Delivery.PULL
        delivery: Delivery = await self.right.settle(author, rule)
        return delivery


@followers.caught_by(CAUGHT_BY)
class HomeReachesHalfOfTheFollowers(Around):
    """Leaves out every other one."""

    async def page(self, user: UserId, after: UserId | None, limit: int) -> tuple[UserId, ...]:
        page: tuple[UserId, ...] = await self.right.page(user, after, limit)
        return page[::2]


@processings.caught_by(CAUGHT_BY)
class HomeDecidesDeliveryBeforePublishing(Around):
    """Holds no lock of its author between deciding how a post goes out and storing it."""

    async def publish(self, post: PostId, media: Any, at: int) -> Any:
        async with self.tables() as tables:
            author = tables.posts[post].post.author_id
            row = tables.deliveries.get(author, DeliveryRow())
        is_pushed = row.delivery is not Delivery.PULL
        for _ in range(TURNS):
            await asyncio.sleep(0)
        async with self.tables() as tables:
            now = tables.deliveries.get(author, DeliveryRow())
            tables.deliveries[author] = attrs.evolve(
                now, delivery=Delivery.PUSH if is_pushed else Delivery.PULL
            )
            outcome = await self.right.publish(post, media, at)
            tables.deliveries[author] = now
        return outcome


@caches.caught_by(CAUGHT_BY)
class HomeShowsPagesAfterABlock(Around):
    """Does not hear of readers, only of authors."""

    async def bump(self, names: Iterable[str]) -> None:
        await self.right.bump([name for name in names if not name.startswith("reader:")])


@caches.caught_by(CAUGHT_BY)
class HomeShowsPagesAfterADelete(Around):
    """Does not hear of authors, only of readers."""

    async def bump(self, names: Iterable[str]) -> None:
        await self.right.bump([name for name in names if not name.startswith("author:")])


@caches.caught_by(CAUGHT_BY)
class HomeTakesTheMomentOfKeeping(Around):
    """Takes a page for as young as when it was stored, not as when it was read."""

    async def put(self, reader: UserId, page: str, cached: Any, seconds: float) -> None:
        look = await self.right.look(reader, page)
        basis = attrs.evolve(cached.basis, moment=look.moment)
        await self.right.put(reader, page, attrs.evolve(cached, basis=basis), seconds)


@states.caught_by(CAUGHT_BY)
class HomeFiltersNothingAtRead(Around):
    """Believes what the timeline says: whoever is in it is followed, and neither muted nor gone."""

    async def states(self, viewer: Any, posts: Iterable[PostId]) -> Mapping[PostId, PostState]:
        found: Mapping[PostId, PostState] = await self.right.states(viewer, posts)
        return {
            post: attrs.evolve(state, sight=_open(state.sight)) for post, state in found.items()
        }


@truths.caught_by(CAUGHT_BY)
class HomeContinuesAboveWhatWasShown(Around):
    """Takes the post before the last one for the end of a page."""

    async def page(self, *where: Any) -> Page[FeedEntry]:
        page: Page[FeedEntry] = await self.right.page(*where)
        if page.next is None or len(page.items) < 2:
            return page
        return Page(page.items, page.items[-2].position)


@authors.caught_by(CAUGHT_BY)
class HomeForgetsToTellThoseWhoPull(Around):
    """Adds nothing to the lists of the pulled."""

    async def add(self, entry: FeedEntry) -> None:
        pass


def _open(sight: Any) -> Any:
    relationship = attrs.evolve(sight.relationship, following=True, muting=False, blocking=False)
    return attrs.evolve(sight, is_active=True, blocked_by=False, relationship=relationship)
