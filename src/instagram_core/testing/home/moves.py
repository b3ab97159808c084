"""What befalls stores, processes and jobs, and how people read: the rest of the moves."""

from collections.abc import Awaitable, Callable
from typing import Any

import attrs
from hypothesis import strategies as st

from instagram_core.jobs.model import Job
from instagram_core.kernel.paging import Position
from instagram_core.testing.home.acts import (
    PEOPLE,
    PERSON,
    PROCESS,
    READER,
    WHICH,
    Acting,
)
from instagram_core.testing.home.process import Feeds
from instagram_core.testing.home.reading import Answer, Expected, check_page
from instagram_core.testing.home.stage import Stage
from instagram_core.testing.machine import World, move

LIMIT = st.integers(1, 4)
SECONDS = st.sampled_from([0.001, 0.5, 1.1, 1.1, 31, 61, 121, 86_401])
Elapse = Callable[[float], Awaitable[None]]
Flush = Callable[[Feeds], Awaitable[None]]


@attrs.define
class Walk:
    """Somebody on their way through their whole feed, while others go on."""

    reader: int
    required: frozenset[Position]
    """What was there when they began, and whenever they turned a page."""
    after: Position | None = None
    seen: set[Position] = attrs.field(factory=set)


class Working(Acting):
    """Jobs in any order, twice or halfway; stores that forget; processes that start anew."""

    def __init__(
        self, subject: Feeds, world: World, stage: Stage, elapse: Elapse, flush: Flush
    ) -> None:
        """Play on `stage`; `elapse` lets time pass, `flush` empties the quick stores."""
        super().__init__(subject, world, stage)
        self._elapse = elapse
        self._flush = flush

    def job(self, which: int) -> Job | None:
        """Give one of the jobs that wait."""
        return self.stage.jobs[which % len(self.stage.jobs)] if self.stage.jobs else None

    @move(3, author=PERSON, process=PROCESS)
    async def publish_to_all(self, author: int, process: int) -> None:
        """Share something and do its job at once."""
        before = {job.id for job in self.stage.jobs}
        await self.publish(author, 0)
        for job in [job for job in self.stage.jobs if job.id not in before]:
            await self.done(job, process)

    @move(6, which=WHICH, process=PROCESS, times=st.sampled_from([1, 1, 2]))
    async def deliver(self, which: int, process: int, times: int) -> None:
        """Do any job."""
        if (job := self.job(which)) is not None:
            await self.done(job, process, times=times)

    @move(2, process=PROCESS, is_backwards=st.booleans())
    async def deliver_all(self, process: int, *, is_backwards: bool) -> None:
        """Do all jobs, and those that follow."""
        while self.stage.jobs:
            await self.done(self.stage.jobs[-1 if is_backwards else 0], process)

    @move(2, which=WHICH, process=PROCESS, reached=st.integers(0, 3))
    async def break_off(self, which: int, process: int, reached: int) -> None:
        """Do a job halfway: the timelines go away in the middle. It will come again."""
        job = self.job(which)
        if job is not None and await self.stage.break_off(job, process, reached):
            self.expecting.hear(job, self.numbers)

    @move(2, seconds=SECONDS)
    async def elapse(self, seconds: float) -> None:
        """Let time pass."""
        await self._elapse(seconds)

    @move(2, reader=st.sampled_from([None, 2, 2, *PEOPLE, *PEOPLE]))
    async def lose(self, reader: int | None) -> None:
        """Make the quick stores forget one timeline, or everything."""
        if reader is None:
            await self._flush(self.subject)
        else:
            await self.subject.timelines.timelines.drop([self.person(reader)])

    @move(process=PROCESS, threshold=st.sampled_from([1, 2, 3, 3, 4, 5]))
    async def restart(self, process: int, threshold: int) -> None:
        """Start a process anew with another threshold, while the other keeps its own."""
        await self.stage.restart(process, threshold)

    @move(process=PROCESS)
    async def hold_rebuilds(self, process: int) -> None:
        """Keep back what rebuilds read."""
        self.stage.processes[process].truth.hold()

    @move(2, process=PROCESS)
    async def let_rebuilds_go(self, process: int) -> None:
        """Let rebuilds end, with what they read then."""
        self.stage.processes[process].truth.let_go()
        await self.stage.rest()

    @move(process=PROCESS)
    async def keep(self, process: int) -> None:
        """Store the answers that were given, however long ago."""
        self.stage.processes[process].keep()
        await self.stage.rest()


class Reading(Working):
    """People who open their feed, and page through it."""

    def __init__(self, *parts: Any) -> None:  # noqa: ANN401 - as the class above
        """Nobody is on their way."""
        super().__init__(*parts)
        self.walks: dict[int, Walk] = {}

    def check(
        self,
        answer: Answer,
        after: Position | None,
        limit: int,
        reader: int,
        expected: Expected,
    ) -> None:
        """Judge a page; what it says of posts is how they are."""
        try:
            check_page(answer, after, limit, expected)
        except AssertionError as error:
            raise AssertionError(f"reader {reader}: {error}") from error
        for shown in answer.posts:
            told = self.homes.posts[shown.post]
            assert told.caption == shown.caption, f"an old caption of {shown}"
            is_liked = (reader, shown.post) in self.homes.likes
            assert is_liked == shown.is_liked, f"an old like of {shown}"

    @move(8, reader=READER, process=PROCESS, limit=LIMIT, is_kept_late=st.booleans())
    async def open_feed(self, reader: int, process: int, limit: int, *, is_kept_late: bool) -> None:
        """Read a first page, from the cache where it still holds."""
        user, chosen = self.person(reader), self.stage.processes[process]
        answer = await chosen.first_page(user, limit, is_kept_late=is_kept_late)
        self.check(answer, None, limit, reader, self.expecting.of(reader))
        await self.stage.rest()

    @move(reader=READER, process=PROCESS, limit=LIMIT)
    async def open_without_truth(self, reader: int, process: int, limit: int) -> None:
        """Read what is shown while the truth is away: it may lack posts, it shows nobody's else."""
        answer = await self.stage.processes[process].last_page(self.person(reader), limit)
        if answer is not None:
            allowed = self.expecting.of(reader).allowed
            self.check(answer, None, limit, reader, Expected(allowed=allowed, required=()))

    @move(4, walk=st.integers(0, 1), reader=READER, process=PROCESS, limit=LIMIT)
    async def turn_page(self, walk: int, reader: int, process: int, limit: int) -> None:
        """Read the next page, or the first one; between two pages anything may happen."""
        expected = self.expecting.of(reader)
        way = self.walks.get(walk) or Walk(reader, frozenset(expected.required))
        expected = self.expecting.of(way.reader)
        way.required &= self.expecting.positions(expected.allowed)
        answer = await self._turned(way, process, limit, expected)
        self.walks[walk] = way
        if answer.next is None:
            del self.walks[walk]
        await self.stage.rest()

    @move(2, reader=READER, process=PROCESS, limit=LIMIT)
    async def read_all(self, reader: int, process: int, limit: int) -> None:
        """Read everything."""
        await self.whole(reader, process, limit, self.expecting.of(reader))
        await self.stage.rest()

    async def whole(self, reader: int, process: int, limit: int, expected: Expected) -> None:
        """Read to the very first post."""
        way = Walk(reader, frozenset(expected.required))
        while (await self._turned(way, process, limit, expected)).next is not None:
            pass
        missing = way.required - way.seen
        assert not missing, f"the whole feed lacks {sorted(missing, reverse=True)}"

    async def _turned(self, way: Walk, process: int, limit: int, expected: Expected) -> Answer:
        after, chosen = way.after, self.stage.processes[process]
        answer = await chosen.page(self.person(way.reader), after, limit)
        required = Expected(allowed=expected.allowed, required=way.required)
        self.check(answer, after, limit, way.reader, required)
        positions = {shown.position for shown in answer.posts}
        assert not positions & way.seen, "a post came twice"
        way.seen |= positions
        way.after = answer.next
        return answer
