"""What people do to each other and to posts, as moves: each on the system and on the model."""

import itertools
from collections.abc import Awaitable
from typing import ClassVar, Final

from hypothesis import strategies as st

from instagram_core.accounts.model import AccountChange, UserId
from instagram_core.assembly import Services
from instagram_core.graph.model import PersonalList
from instagram_core.jobs.model import Job
from instagram_core.kernel.paging import Position
from instagram_core.posts.model import PostChange, PostId
from instagram_core.testing.home.expecting import Expecting
from instagram_core.testing.home.model import Homes, Pair
from instagram_core.testing.home.process import Feeds
from instagram_core.testing.home.stage import PLAIN, UNHEARD, WAYS, Act, Stage
from instagram_core.testing.machine import Machine, World, move

PEOPLE: Final = range(5)
FIRST_FOLLOWS: Final = ((2, 0), (3, 0), (4, 0), (2, 1), (4, 1), (2, 3), (4, 3))
"""One person is just at the threshold from the start, two are just below it."""
PERSON = st.sampled_from([0, 0, 1, *PEOPLE])
READER = st.sampled_from([2, 2, *PEOPLE])
"""One reads more than the others, so that things happen to whoever has read."""
PAIR = st.sampled_from([*itertools.permutations(PEOPLE, 2), *FIRST_FOLLOWS * 3])
WAY = st.sampled_from([PLAIN, *WAYS])
PROCESS = st.integers(0, 1)
WHICH = st.sampled_from([0, 0, 0, 1, 1, 2, 3, *range(25)])
"""The newest post more often than others: it is on somebody's page."""
AGE = st.sampled_from([0, 0, 0, 1, 5_000, 10**9])
"""Of an imported post, in milliseconds."""


class Acting(Machine[Feeds]):
    """Five people who follow, mute, block, share and like."""

    MOST_POSTS: ClassVar[int] = 25

    def __init__(self, subject: Feeds, world: World, stage: Stage) -> None:
        """Play on `stage`."""
        super().__init__(subject, world)
        self.stage = stage
        self.homes = Homes()
        self.expecting = Expecting(self.homes, world.clock)
        self.numbers = {str(self.person(number)): number for number in PEOPLE}

    async def prepare(self) -> None:
        """Register people who follow some of them, and let each share something."""
        await self.stage.forget()
        for number in PEOPLE:
            await self.stage.scene.user(self.person(number))
        for pair in FIRST_FOLLOWS:
            await self.follow(pair, PLAIN, 0)
        for author in (0, 1, 4, 0, 1, 2, 0, 3):
            await self.publish(author, 10**9)

    def person(self, number: int) -> UserId:
        """Give somebody's id."""
        return UserId(self.world.id("person", number))

    def post(self, which: int) -> PostId | None:
        """Give one of the posts there are, counted from the newest."""
        posts = self.homes.sorted(self.homes.posts)
        return posts[which % len(posts)] if posts else None

    def may_publish(self, author: int) -> bool:
        """Tell whether there is room for a post, and its author is let in."""
        return len(self.homes.posts) < self.MOST_POSTS and author not in self.homes.suspended

    async def act(self, act: Act, way: str, process: int, *, is_allowed: bool) -> None:
        """Do on the system what was done on the model; they agree on what is allowed."""
        recorded = await self.stage.do(act, way, process)
        is_done = recorded is not None
        assert is_allowed == is_done, "refused" if is_allowed else "should have been refused"
        if way == UNHEARD:
            for job in recorded or ():
                await self.done(job, process)

    async def done(self, job: Job, process: int, *, times: int = 1) -> None:
        """Do a job to its end."""
        await self.stage.deliver(job, process, times=times)
        self.expecting.hear(job, self.numbers)

    @move(3, pair=PAIR, way=WAY, process=PROCESS)
    async def follow(self, pair: Pair, way: str, process: int) -> None:
        """Follow, or ask to."""
        reader, author = map(self.person, pair)
        is_allowed = self.homes.follow(*pair)
        await self.act(
            lambda to: to.graph.following.follow(reader, author),
            way,
            process,
            is_allowed=is_allowed,
        )

    @move(2, pair=PAIR, way=WAY, process=PROCESS)
    async def unfollow(self, pair: Pair, way: str, process: int) -> None:
        """Stop following."""
        reader, author = map(self.person, pair)
        self.homes.unfollow(*pair)
        await self.act(
            lambda to: to.graph.following.unfollow(reader, author), way, process, is_allowed=True
        )

    @move(pair=PAIR, process=PROCESS)
    async def accept(self, pair: Pair, process: int) -> None:
        """Let somebody follow who asked to."""
        reader, author = map(self.person, pair)
        is_allowed = self.homes.accept(*pair)
        await self.act(
            lambda to: to.graph.following.accept(author, reader),
            PLAIN,
            process,
            is_allowed=is_allowed,
        )

    @move(pair=PAIR, is_on=st.booleans(), way=WAY, process=PROCESS)
    async def block(self, pair: Pair, way: str, process: int, *, is_on: bool) -> None:
        """Block, or lift a block."""
        one, other = map(self.person, pair)
        is_allowed = (self.homes.block if is_on else self.homes.unblock)(*pair)

        def act(to: Services) -> Awaitable[object]:
            blocking = to.graph.blocking
            return blocking.block(one, other) if is_on else blocking.unblock(one, other)

        await self.act(act, way, process, is_allowed=is_allowed)

    @move(2, pair=PAIR, is_on=st.booleans(), way=WAY, process=PROCESS)
    async def mute(self, pair: Pair, way: str, process: int, *, is_on: bool) -> None:
        """Mute, or unmute."""
        one, other = map(self.person, pair)
        is_allowed = (self.homes.mute if is_on else self.homes.unmute)(*pair)

        def act(to: Services) -> Awaitable[object]:
            lists, which = to.graph.personal, PersonalList.MUTES
            return lists.put(which, one, other) if is_on else lists.remove(which, one, other)

        await self.act(act, way, process, is_allowed=is_allowed)

    @move(who=PERSON, is_on=st.booleans(), way=WAY, process=PROCESS)
    async def go_private(self, who: int, way: str, process: int, *, is_on: bool) -> None:
        """Go private or public."""
        waiting = {pair for pair in self.homes.requests if pair[1] == who}
        self.homes.make_private(who, is_private=is_on)
        self.expecting.will_follow(waiting & self.homes.follows)
        user, change = self.person(who), AccountChange(is_private=is_on)
        await self.act(
            lambda to: to.accounts.editing.edit(user, change), way, process, is_allowed=True
        )

    @move(who=PERSON, is_on=st.booleans(), way=WAY, process=PROCESS)
    async def suspend(self, who: int, way: str, process: int, *, is_on: bool) -> None:
        """Suspend, or let somebody take part again."""
        self.homes.suspend(who, is_suspended=is_on)
        if not is_on:
            self.expecting.will_return(who)
        user = self.person(who)

        def act(to: Services) -> Awaitable[object]:
            accounts = to.accounts.administration
            return accounts.suspend(user) if is_on else accounts.reinstate(user)

        await self.act(act, way, process, is_allowed=True)

    @move(6, author=PERSON, age=AGE)
    async def publish(self, author: int, age: int) -> None:
        """Share something, which may be old."""
        if self.may_publish(author):
            at = self.stage.scene.now - age
            post = await self.stage.publish(self.person(author), at)
            self.homes.publish(post, author, Position(at, post))
            await self.stage.collect()

    @move(which=WHICH, caption=st.sampled_from(["", "edited"]), process=PROCESS)
    async def edit(self, which: int, caption: str, process: int) -> None:
        """Change what a post says."""
        post = self.post(which)
        if post is None or (author := self.homes.posts[post].author) in self.homes.suspended:
            return
        self.homes.edit(post, caption)
        change = PostChange(caption=caption)
        await self.act(
            lambda to: to.posts.posting.edit(self.person(author), post, change),
            PLAIN,
            process,
            is_allowed=True,
        )

    @move(which=WHICH, way=WAY, process=PROCESS)
    async def delete(self, which: int, way: str, process: int) -> None:
        """Take a post away, told or not."""
        if (post := self.post(which)) is None:
            return
        author = self.person(self.homes.posts[post].author)
        self.homes.delete(post)
        await self.act(
            lambda to: to.posts.posting.delete(author, post), way, process, is_allowed=True
        )

    @move(2, who=READER, which=WHICH, is_on=st.booleans(), way=WAY, process=PROCESS)
    async def like(self, who: int, which: int, way: str, process: int, *, is_on: bool) -> None:
        """Like, or take a like back."""
        if (post := self.post(which)) is None:
            return
        is_allowed = (self.homes.like if is_on else self.homes.unlike)(who, post)
        user = self.person(who)

        def act(to: Services) -> Awaitable[object]:
            return to.likes.like(user, post) if is_on else to.likes.unlike(user, post)

        await self.act(act, way, process, is_allowed=is_allowed)
