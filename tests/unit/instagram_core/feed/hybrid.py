"""A world whose home feeds are read from timelines, and whose jobs are done one by one."""

from collections.abc import Sequence
from uuid import UUID

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.assembly import Ports, Services, TimelineFamily, assemble
from instagram_core.assembly.handlers import handlers_of
from instagram_core.feed.model import FeedRules, PushRule
from instagram_core.feed.ports import FeedObserver
from instagram_core.jobs.model import Job
from instagram_core.jobs.service import Handlers
from instagram_core.kernel.paging import Position
from instagram_core.memory.feed import (
    InMemoryAuthorTimeline,
    InMemoryFeedCache,
    InMemoryTimelineStore,
)
from instagram_core.posts.model import PostId, PostView
from instagram_core.testing.scene import QUEUES
from tests.unit.instagram_core.world import World, new_world

CAP = 5


class Heard(FeedObserver):
    """Remembers what it was told."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.reads: list[tuple[str, int]] = []
        self.looks: list[str] = []
        self.rebuilds: list[str] = []
        self.pushes: list[tuple[int, int]] = []
        self.samples: list[bool] = []

    def pushed(self, readers: int, taken: int, lag: float) -> None:
        """Remember a push."""
        self.pushes.append((readers, taken))

    def read(self, source: str, pulls: int) -> None:
        """Remember a read."""
        self.reads.append((source, pulls))

    def looked(self, result: str) -> None:
        """Remember a look."""
        self.looks.append(result)

    def rebuilt(self, result: str) -> None:
        """Remember a rebuild."""
        self.rebuilds.append(result)

    def sampled(self, *, is_complete: bool) -> None:
        """Remember a sample."""
        self.samples.append(is_complete)


@attrs.frozen(kw_only=True)
class Hybrid:
    """A world with timelines of five entries, and a threshold of three followers."""

    world: World
    ports: Ports
    stores: TimelineFamily
    services: Services
    heard: Heard

    async def jobs(self) -> list[Job]:
        """Take every job that was recorded."""
        taken: list[Job] = []
        while leased := await self.world.family.jobs.lease(QUEUES, 100, 60):
            taken += leased
            await self.world.family.jobs.finish([job.id for job in leased])
        return taken

    async def do(self, jobs: Sequence[Job]) -> None:
        """Do jobs, in this order."""
        handlers = Handlers(handlers_of(self.services))
        for job in jobs:
            await handlers.handle(job)

    async def settle(self) -> None:
        """Do whatever is to be done, until nothing is left."""
        while jobs := await self.jobs():
            await self.do(jobs)
        await self.services.feed.rebuilds.idle()
        await self.services.feed.pages.idle()

    async def share(self, *authors: UserId) -> list[PostId]:
        """Publish a post of each, a second apart; give them newest first."""
        posts = []
        for author in authors:
            self.world.clock.advance(1)
            posts.append(await self.world.scene.post(author))
        return posts[::-1]

    async def follow(self, reader: UserId, *authors: UserId) -> None:
        """Follow as people do."""
        for author in authors:
            await self.services.graph.following.follow(reader, author)

    async def warm(self, *readers: UserId) -> None:
        """Have everybody's timeline made."""
        for reader in readers:
            await self.services.feed.home.page(reader, None, 1)
        await self.services.feed.rebuilds.idle()

    async def home(self, reader: UserId, limit: int = 2) -> list[PostId]:
        """Walk through a whole feed; pages are checked to be full while there is more."""
        found: list[PostView] = []
        after: Position | None = None
        while True:
            page = await self.services.feed.home.page(reader, after, limit)
            found += page.items
            if page.next is None:
                return [view.post.id for view in found]
            assert len(page.items) == limit
            assert after is None or page.next < after
            after = page.next

    async def opened(self, reader: UserId, limit: int = 3) -> list[PostId]:
        """Open a feed as the app does: from what was kept, or made and kept."""
        feed = self.services.feed
        look = await feed.pages.look(reader, "home", limit)
        body = feed.pages.fresh(look)
        if body is None:
            page = await feed.home.page(reader, None, limit, look)
            body = b" ".join(str(view.post.id).encode() for view in page.items)
            feed.pages.keep(look, page, body)
            await feed.pages.idle()
        return [PostId(UUID(each)) for each in body.decode().split()]


def new_hybrid(*, threshold: int = 3, cap: int = CAP) -> Hybrid:
    """Give a world without people."""
    world = new_world()
    stores = TimelineFamily(
        timelines=InMemoryTimelineStore(world.clock, cap=cap),
        authors=InMemoryAuthorTimeline(world.clock, cap=cap),
        cache=InMemoryFeedCache(world.clock),
    )
    heard = Heard()
    ports = attrs.evolve(
        world.ports,
        timelines=stores,
        feed=FeedRules(push=PushRule(pulled_from=threshold), timeline_cap=cap),
        feed_observer=heard,
    )
    return Hybrid(world=world, ports=ports, stores=stores, services=assemble(ports), heard=heard)
