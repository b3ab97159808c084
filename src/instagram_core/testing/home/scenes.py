"""Several things at once or in a row, of the kind that goes wrong; and the end of all examples."""

import asyncio
import contextvars
from collections.abc import Coroutine
from typing import Any, Final

from hypothesis import strategies as st

from instagram_core.kernel.paging import Position
from instagram_core.testing.home.acts import PAIR, PEOPLE, PERSON, PROCESS, READER, WAY, WHICH
from instagram_core.testing.home.model import Pair
from instagram_core.testing.home.moves import LIMIT, Reading, Working
from instagram_core.testing.home.reading import Answer, Expected, check_page
from instagram_core.testing.home.stage import PLAIN
from instagram_core.testing.machine import Step, move, steps_of


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

    @move(
        4,
        author=st.sampled_from([0, 0, 1]),
        which=WHICH,
        process=PROCESS,
        is_up=st.booleans(),
        is_lost=st.booleans(),
    )
    async def share_while_delivery_changes(
        self, author: int, which: int, process: int, *, is_up: bool, is_lost: bool
    ) -> None:
        """Share while all come or all but one go, who has a timeline, or gets it just then."""
        followers = sorted(reader for reader, followed in self.homes.follows if followed == author)
        if not followers:
            return
        reader = followers[which % len(followers)]
        change = self.follow if is_up else self.unfollow
        others = {*PEOPLE} - {author, *followers} if is_up else {*followers} - {reader}

        async def in_a_row() -> None:
            for other in others:
                await change((other, author), PLAIN, process)
            await self.deliver_all(process, is_backwards=False)
            if is_lost:
                await self.lose(reader)
                await self._peek(reader, process)

        await self._peek(reader, process)
        await self._share_meanwhile(author, reader, [in_a_row(), self._peek(reader, process)])
        await self.deliver_all(process, is_backwards=False)
        await self.publish_to_all(author, process)
        await self.elapse(_LONG_ENOUGH)
        await self.open_feed(reader, process, _PEEKED, is_kept_late=False)

    async def _share_meanwhile(
        self, author: int, reader: int, works: list[Coroutine[Any, Any, Any]]
    ) -> None:
        """Share while other things happen; answers among them are for the reader."""
        if not self.may_publish(author):
            for work in works:
                work.close()
            return
        before, at = self.expecting.of(reader), self.stage.scene.now
        belonged = self.homes.belongs(reader, author)
        post, *results = await _at_once([self.stage.publish(self.person(author), at), *works])
        self.homes.publish(post, author, Position(at, post))
        await self.stage.collect()
        after = self.expecting.of(reader)
        expected = Expected(
            allowed={*before.allowed, *after.allowed, *([post] if belonged else [])},
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


ACT = st.sampled_from(
    ["share", "share", "follow", "like", "delete", "unfollow", "mute", "block", "be blocked"]
)
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

    @move(4, reader=READER, process=PROCESS, limit=LIMIT, act=ACT, way=WAY)
    async def open_while_it_is_kept(
        self, reader: int, process: int, limit: int, act: str, way: str
    ) -> None:
        """Read, and again when something has happened and the first answer is kept after that."""
        await self.read_all(reader, process, limit)
        await self.open_feed(reader, process, limit, is_kept_late=True)
        await self.happen(act, reader, way, process)
        await self.keep(process)
        await self.open_feed(reader, process, limit, is_kept_late=False)

    @move(4, reader=READER, process=PROCESS, limit=LIMIT, act=ACT, way=WAY)
    async def open_while_it_is_rebuilt(
        self, reader: int, process: int, limit: int, act: str, way: str
    ) -> None:
        """Read what is made anew, from what was read before something happened."""
        await self.lose(reader)
        await self.hold_rebuilds(process)
        await self.open_feed(reader, process, limit, is_kept_late=False)
        await self.happen(act, reader, way, process)
        await self.let_rebuilds_go(process)
        await self.open_feed(reader, process, limit, is_kept_late=False)

    @move(4, reader=READER, processes=st.tuples(PROCESS, PROCESS), act=ACT, way=WAY)
    async def open_after_an_own_act(
        self, reader: int, processes: tuple[int, int], act: str, way: str
    ) -> None:
        """Read until the page is kept, do something about its newest post, and read again."""
        for _ in range(3):
            await self.open_feed(reader, processes[0], _PEEKED, is_kept_late=False)
        await self.happen(act, reader, way, processes[1])
        for process in (0, 1):
            await self.open_without_truth(reader, process, _PEEKED)
            await self.open_feed(reader, process, _PEEKED, is_kept_late=False)

    async def happen(self, act: str, reader: int, way: str, process: int) -> None:
        """Do something that the reader's newest page rests on, or will."""
        theirs = [p for p in self.homes.home(reader) if self.homes.posts[p].author != reader]
        strangers = [who for who in PEOPLE if not self.homes.belongs(reader, who)]
        if act == "follow" and strangers:
            await self.follow((reader, strangers[0]), way, process)
        if not theirs:
            return
        which = self.homes.sorted(self.homes.posts).index(theirs[0])
        author = self.homes.posts[theirs[0]].author
        pair = (reader, author)
        match act:
            case "share":
                await self.publish_to_all(author, process)
                await self.elapse(_LONG_ENOUGH)
            case "delete":
                await self.delete(which, way, process)
            case "like":
                is_on = (reader, theirs[0]) not in self.homes.likes
                await self.like(reader, which, way, process, is_on=is_on)
            case "unfollow":
                await self.unfollow(pair, way, process)
            case "mute":
                await self.mute(pair, way, process, is_on=True)
            case "block":
                await self.block(pair, way, process, is_on=True)
            case "be blocked":
                await self.block(pair[::-1], way, process, is_on=True)

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
