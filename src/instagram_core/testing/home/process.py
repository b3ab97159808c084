"""One process of an app, as far as home feeds are concerned."""

import asyncio

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.assembly import Ports, Services, assemble
from instagram_core.assembly.families import RelationalFamily, TimelineFamily
from instagram_core.assembly.handlers import handlers_of
from instagram_core.feed.model import FeedRules, HomePage
from instagram_core.feed.service import FirstLook
from instagram_core.jobs.model import Job
from instagram_core.jobs.service import Handlers
from instagram_core.kernel.clock import Clock
from instagram_core.kernel.ids import IdGenerator
from instagram_core.kernel.paging import Position
from instagram_core.memory.images import InMemoryImageProcessor
from instagram_core.memory.limits import InMemoryRateLimiter
from instagram_core.memory.media import InMemoryMediaStore
from instagram_core.memory.passwords import ScryptPasswordHasher
from instagram_core.testing.home.disturbed import BreakingTimelines, HeldSnapshots
from instagram_core.testing.home.reading import Answer

_SECRET = b"sixteen bytes or more"
_TURNS = 50
"""Turns of the loop in which what nothing holds up comes to its end in memory."""


@attrs.frozen
class Feeds:
    """What a home feed rests on: the stores of the truth, and those that make reading it quick."""

    relational: RelationalFamily
    timelines: TimelineFamily


@attrs.frozen(kw_only=True)
class Unkept:
    """An answer on its way to the cache."""

    look: FirstLook
    page: HomePage
    body: bytes


class Process:
    """The use cases over stores that other processes use as well, and what may befall it."""

    def __init__(
        self,
        feeds: Feeds,
        rules: FeedRules,
        clock: Clock,
        ids: IdGenerator,
    ) -> None:
        """Start."""
        self.truth = HeldSnapshots(feeds.relational.followed_posts)
        self.timelines = BreakingTimelines(feeds.timelines.timelines)
        self._kept: list[Unkept] = []
        self.services = services_over(
            attrs.evolve(feeds.relational, followed_posts=self.truth),
            attrs.evolve(feeds.timelines, timelines=self.timelines),
            rules,
            clock,
            ids,
        )
        self._handlers = Handlers(handlers_of(self.services))

    async def work(self, job: Job) -> None:
        """Do a job."""
        await self._handlers.handle(job)

    async def page(self, reader: UserId, after: Position | None, limit: int) -> Answer:
        """Give a page as those get it who come without a look."""
        return Answer.of(await self.services.feed.home.page(reader, after, limit))

    async def first_page(self, reader: UserId, limit: int, *, is_kept_late: bool) -> Answer:
        """Give the first page: the one of a while ago if it still holds, else one that is kept."""
        feed = self.services.feed
        look = await feed.pages.look(reader, _name(limit), limit)
        kept = feed.pages.fresh(look)
        if kept is not None:
            return Answer.decoded(kept)
        page = await feed.home.page(reader, None, limit, look)
        answer = Answer.of(page)
        unkept = Unkept(look=look, page=page, body=answer.encoded())
        self._kept.append(unkept)
        if not is_kept_late:
            self.keep()
        return answer

    async def last_page(self, reader: UserId, limit: int) -> Answer | None:
        """Give what is shown while the truth cannot be asked."""
        pages = self.services.feed.pages
        body = pages.last(await pages.look(reader, _name(limit), limit))
        return None if body is None else Answer.decoded(body)

    def keep(self) -> None:
        """Send answers to the cache, however long ago they were given."""
        for each in self._kept:
            self.services.feed.pages.keep(each.look, each.page, each.body)
        self._kept.clear()

    async def rest(self) -> None:
        """Wait for what is done beside the answers, as far as nothing holds it up."""
        feed = self.services.feed
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        await feed.pages.idle()
        if not self.truth.is_held:
            await feed.rebuilds.idle()

    async def stop(self) -> None:
        """End, having done what was begun."""
        self.truth.let_go()
        await self.rest()


def services_over(
    relational: RelationalFamily,
    timelines: TimelineFamily | None,
    rules: FeedRules,
    clock: Clock,
    ids: IdGenerator,
) -> Services:
    """Give all use cases; what has nothing to do with feeds is as cheap as can be."""
    return assemble(
        Ports(
            relational=relational,
            timelines=timelines,
            media=InMemoryMediaStore(clock),
            images=InMemoryImageProcessor(),
            limiter=InMemoryRateLimiter(clock),
            passwords=ScryptPasswordHasher(),
            clock=clock,
            ids=ids,
            secret=_SECRET,
            feed=rules,
        )
    )


def _name(limit: int) -> str:
    return f"home:{limit}"
