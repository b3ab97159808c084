"""What befalls stores, processes and jobs, and how people read: the rest of the moves."""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final

import attrs
from hypothesis import strategies as st

from instagram_core.jobs.model import Job
from instagram_core.kernel.paging import Position
from instagram_core.testing.home.acts import (
    PAIR,
    PEOPLE,
    PERSON,
    PROCESS,
    READER,
    WHICH,
    Acting,
)
from instagram_core.testing.home.model import Pair
from instagram_core.testing.home.process import Feeds
from instagram_core.testing.home.reading import Answer, Expected, check_page
from instagram_core.testing.home.stage import PLAIN, Stage
from instagram_core.testing.machine import Step, World, move, steps_of

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

    @move(2, reader=st.none() | READER)
    async def lose(self, reader: int | None) -> None:
        """Make the quick stores forget one timeline, or everything."""
        if reader is None:
            await self._flush(self.subject)
        else:
            await self.subject.timelines.timelines.drop([self.person(reader)])

    @move(process=PROCESS, threshold=st.integers(1, 5))
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


class Crowding(Reading):
    """Things that happen at once, in whatever order."""

    @move(3, author=PERSON, pair=PAIR, reader=READER, process=PROCESS, is_followed=st.booleans())
    async def all_at_once(
        self, author: int, pair: Pair, reader: int, process: int, *, is_followed: bool
    ) -> None:
        """Share, follow or unfollow, do all jobs and read, each in a task of its own."""
        change = self.follow if is_followed else self.unfollow
        jobs, working = list(self.stage.jobs), self.stage.processes[1 - process]
        await self._share_meanwhile(
            author,
            reader,
            [
                change(pair, PLAIN, process),
                *(working.work(job) for job in jobs),
                *(self._peek(reader, number) for number in (0, 1)),
            ],
        )
        for job in jobs:
            await self.done(job, process)

    @move(3, author=st.sampled_from([0, 0, 1]), other=READER, reader=READER, process=PROCESS)
    async def share_while_followers_change(
        self, author: int, other: int, reader: int, process: int
    ) -> None:
        """Share while the author's delivery may change, and somebody's timeline is made of it."""
        if author == other:
            return
        change = self.unfollow if (other, author) in self.homes.follows else self.follow

        async def in_a_row() -> None:
            await change((other, author), PLAIN, process)
            await self.deliver_all(process, is_backwards=False)
            await self.lose(reader)
            await self._peek(reader, process)

        await self._share_meanwhile(author, reader, [in_a_row(), self._peek(reader, process)])

    async def _share_meanwhile(
        self, author: int, reader: int, works: list[Coroutine[Any, Any, Any]]
    ) -> None:
        """Share while other things happen; answers among them are for the reader."""
        if not self.may_publish(author):
            for work in works:
                work.close()
            return
        before, at = self.expecting.of(reader), self.stage.scene.now
        post, *results = await _at_once([self.stage.publish(self.person(author), at), *works])
        self.homes.publish(post, author, Position(at, post))
        await self.stage.collect()
        after = self.expecting.of(reader)
        expected = Expected(
            allowed={*before.allowed, *after.allowed},
            required=frozenset(before.required) & frozenset(after.required),
        )
        for answer in results:
            if isinstance(answer, Answer):
                check_page(answer, None, _PEEKED, expected)
        await self.stage.rest()

    async def _peek(self, reader: int, process: int) -> Answer:
        chosen = self.stage.processes[process]
        answer = await chosen.first_page(self.person(reader), _PEEKED, is_kept_late=False)
        await chosen.rest()
        return answer


MEANWHILE = st.lists(
    st.one_of(
        steps_of(Working, "like"),
        steps_of(Working, "edit", "delete"),
        steps_of(Working, "block", "mute", "follow", "unfollow"),
        steps_of(Working, "suspend", "go_private"),
        steps_of(Working, "publish", "publish_to_all", "deliver_all"),
        steps_of(Working),
    ),
    min_size=1,
    max_size=2,
)
"""What happens between two things that somebody does in a row."""


class Returning(Crowding):
    """People who come back soon, and find what was kept for them."""

    @move(5, reader=READER, processes=st.tuples(PROCESS, PROCESS), limit=LIMIT, steps=MEANWHILE)
    async def open_again(
        self, reader: int, processes: tuple[int, int], limit: int, steps: list[Step]
    ) -> None:
        """Read until the page is kept, and again when something has happened."""
        for _ in range(3):
            await self.open_feed(reader, processes[0], limit, is_kept_late=False)
        await self.play(steps, reader)
        for process in processes:
            await self.open_feed(reader, process, limit, is_kept_late=False)

    @move(4, reader=READER, process=PROCESS, limit=LIMIT, steps=MEANWHILE)
    async def open_while_it_is_kept(
        self, reader: int, process: int, limit: int, steps: list[Step]
    ) -> None:
        """Read, and again when something has happened and the first answer is kept after that."""
        await self.read_all(reader, process, limit)
        await self.open_feed(reader, process, limit, is_kept_late=True)
        await self.play(steps, reader)
        await self.keep(process)
        await self.open_feed(reader, process, limit, is_kept_late=False)

    @move(4, reader=READER, process=PROCESS, limit=LIMIT, steps=MEANWHILE)
    async def open_while_it_is_rebuilt(
        self, reader: int, process: int, limit: int, steps: list[Step]
    ) -> None:
        """Read what is made anew, from what was read before something happened."""
        await self.lose(reader)
        await self.hold_rebuilds(process)
        await self.open_feed(reader, process, limit, is_kept_late=False)
        await self.play(steps, reader)
        await self.let_rebuilds_go(process)
        await self.open_feed(reader, process, limit, is_kept_late=False)

    async def play(self, steps: list[Step], reader: int) -> None:
        """Make moves: by the reader, and about what they see, as far as that makes a difference."""
        for step in steps:
            arguments = dict(step.arguments)
            if "who" in arguments and "which" in arguments:
                arguments["who"] = reader
            if "pair" in arguments and arguments["pair"][1] != reader:
                arguments["pair"] = (reader, arguments["pair"][1])
            if "which" in arguments and "times" not in arguments:
                arguments["which"] = self._seen_by(reader, arguments["which"])
            await getattr(self, step.name)(**arguments)

    def _seen_by(self, reader: int, which: int) -> int:
        """Give the number among all posts of the one that is so far down in a feed."""
        home = self.homes.home(reader)
        if not home:
            return which
        return self.homes.sorted(self.homes.posts).index(home[which % len(home)])


class HomeMachine(Returning):
    """All of it; in the end everybody has everything."""

    async def come_to_rest(self) -> None:
        """Do what is left to do; then every feed is the model's, and stays so."""
        await self._calm_down()
        await self._check_all()
        for author in PEOPLE:
            await self.publish(author, 0)
        await self._calm_down()
        await self._check_all()

    async def _calm_down(self) -> None:
        for process in self.stage.processes:
            process.truth.let_go()
        await self.deliver_all(0, is_backwards=False)
        await self.elapse(_LONG_ENOUGH)
        for process in self.stage.processes:
            process.keep()
        await self.stage.rest()

    async def _check_all(self) -> None:
        for reader in PEOPLE:
            expected = self.expecting.everything(reader)
            for process in (0, 1, 0):
                await self.whole(reader, process, 4, expected)
                await self.open_feed(reader, process, 3, is_kept_late=False)


async def _at_once(works: list[Coroutine[Any, Any, Any]]) -> list[Any]:
    tasks = [asyncio.create_task(work, context=contextvars.Context()) for work in works]
    return await asyncio.gather(*tasks)


_PEEKED: Final = 3
_LONG_ENOUGH: Final = 1.1
"""Seconds until nobody holds what was read before."""
