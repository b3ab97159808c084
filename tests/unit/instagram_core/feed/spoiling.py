"""Timelines that lack what they should hold, on whatever stores."""

from collections.abc import Awaitable, Callable, Collection

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.assembly.families import RelationalFamily, TimelineFamily
from instagram_core.feed.absent import Unobserved
from instagram_core.feed.events import AuthorCrossed
from instagram_core.feed.model import FeedEntry, HomeSnapshot, PushRule
from instagram_core.feed.service import Comparing, Comparison, FanOut, Mending
from instagram_core.kernel.clock import to_milliseconds
from instagram_core.kernel.ids import IdGenerator, UuidV7Generator
from instagram_core.kernel.paging import Position
from instagram_core.memory.database import Database
from instagram_core.memory.feed import (
    InMemoryAuthorTimeline,
    InMemoryFeedCache,
    InMemoryTimelineStore,
)
from instagram_core.memory.relational import in_memory_family
from instagram_core.posts.events import PostPublished
from instagram_core.posts.model import PostId
from instagram_core.testing.clocks import ManualClock
from instagram_core.testing.scene import Scene

CAP = 20
MINUTE = 60_000


async def no_pause(_: float) -> None:
    """Go on at once."""


@attrs.define
class Kept:
    """People with timelines, and what compares and mends these."""

    family: RelationalFamily
    stores: TimelineFamily
    clock: ManualClock
    ids: IdGenerator
    cap: int = CAP
    pause: Callable[[float], Awaitable[None]] = no_pause

    @property
    def scene(self) -> Scene:
        """Give the hand that arranges people and posts."""
        return Scene(self.family, self.ids, self.clock)

    @property
    def now(self) -> int:
        """Give the present moment in Unix milliseconds."""
        return to_milliseconds(self.clock.now())

    @property
    def comparing(self) -> Comparing:
        """Give what compares."""
        return Comparing(
            followed=self.family.followed_posts,
            delivery=self.family.delivery,
            timelines=self.stores.timelines,
            authors=self.stores.authors,
            cap=self.cap,
            clock=self.clock,
            pause=self.pause,
        )

    @property
    def mending(self) -> Mending:
        """Give what mends."""
        return Mending(
            accounts=self.family.accounts,
            comparing=self.comparing,
            followed=self.family.followed_posts,
            timelines=self.stores.timelines,
            authors=self.stores.authors,
            cap=self.cap,
        )

    @property
    def fan_out(self) -> FanOut:
        """Give what pushes."""
        return FanOut(
            followers=self.family.followers,
            posts=self.family.posts,
            timelines=self.stores.timelines,
            authors=self.stores.authors,
            cache=self.stores.cache,
            observer=Unobserved(),
            clock=self.clock,
        )

    async def follower(self, *authors: UserId) -> UserId:
        """Give somebody who follows these."""
        reader = await self.scene.user()
        for author in authors:
            await self.scene.follow(reader, author)
        return reader

    async def posts(self, author: UserId, count: int, age: int = 2 * MINUTE) -> list[FeedEntry]:
        """Publish posts without pushing them; give them newest first."""
        moments = [self.now - age + number for number in range(count)]
        made = [
            FeedEntry(position=Position(at, await self.scene.post(author, at)), author_id=author)
            for at in moments
        ]
        return made[::-1]

    async def push(self, entry: FeedEntry) -> None:
        """Do what a published post's job does."""
        published = PostPublished(
            post_id=PostId(entry.position.id),
            author_id=entry.author_id,
            shared_at=entry.position.at,
        )
        await self.fan_out.publish(published)

    async def build(
        self,
        reader: UserId,
        *,
        without: Collection[FeedEntry] = (),
        unasked: Collection[UserId] = (),
        beside: Collection[FeedEntry] = (),
    ) -> None:
        """Make a reader's timeline, as a defect would: without some, or with others beside."""
        token = await self.stores.timelines.begin(reader)
        assert token is not None
        truth = await self.family.followed_posts.snapshot(reader, self.cap)
        entries = {each for each in truth.entries if each not in without} | set(beside)
        snapshot = HomeSnapshot(
            entries=tuple(sorted(entries, key=lambda each: each.position, reverse=True)),
            floor=truth.floor,
            pulled=tuple(author for author in truth.pulled if author not in unasked),
        )
        assert await self.stores.timelines.finish(reader, token, snapshot)

    async def fill(self, author: UserId, *, without: Collection[FeedEntry] = ()) -> None:
        """Fill an author's list, without some."""
        token = await self.stores.authors.begin(author)
        assert token is not None
        page = (await self.family.followed_posts.of_authors([author], self.cap))[author]
        entries = [each for each in page.items if each not in without]
        assert await self.stores.authors.fill(author, token, entries, page.next)

    async def cross(self, author: UserId, *, arrive: bool = True) -> None:
        """Let an author with a follower be pulled, or be on the way to it."""
        await self.family.delivery.settle(author, PushRule(pulled_from=1))
        if arrive:
            assert await self.family.delivery.arrive(AuthorCrossed(author_id=author, round=1))

    async def faults(self, *, dry_run: bool) -> list[Comparison]:
        """Walk through all accounts; give what is wrong."""
        return [
            found
            async for page in self.mending.walk(dry_run=dry_run)
            for found in (*page.timelines, *page.lists)
            if not found.is_complete
        ]

    async def held(self, reader: UserId) -> list[FeedEntry] | None:
        """Give a reader's timeline as it is stored; None when there is none."""
        window = await self.stores.timelines.window(reader, None, self.cap)
        return None if window is None else list(window.entries)


def kept_in_memory() -> Kept:
    """Give empty stores in memory."""
    clock = ManualClock()
    ids = UuidV7Generator(clock)
    stores = TimelineFamily(
        timelines=InMemoryTimelineStore(clock, cap=CAP),
        authors=InMemoryAuthorTimeline(clock, cap=CAP),
        cache=InMemoryFeedCache(clock),
    )
    return Kept(in_memory_family(Database(clock, ids)), stores, clock, ids)
