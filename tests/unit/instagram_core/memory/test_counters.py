"""Counters that were spoiled on purpose are found and mended."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from instagram_core.accounts.model import ProfileCounts
from instagram_core.kernel.counters import CounterDifference
from instagram_core.kernel.ids import UuidV7Generator
from instagram_core.likes.model import Like
from instagram_core.memory.database import Database
from instagram_core.memory.relational import in_memory_family
from instagram_core.memory.tables import Counter
from instagram_core.testing.clocks import ManualClock
from instagram_core.testing.scene import Scene


class Spoiled:
    """Two people who follow each other, a post with a like, and counters that are wrong."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.ids = UuidV7Generator(self.clock)
        self.database = Database(self.clock, self.ids)
        self.family = in_memory_family(self.database)

    async def spoil(self) -> None:
        """Arrange all of it."""
        scene = Scene(self.family, self.ids, self.clock)
        self.ann, self.bob = await scene.users(2)
        await scene.follow(self.ann, self.bob)
        await scene.follow(self.bob, self.ann)
        self.post = await scene.post(self.ann)
        await scene.failed_post(self.ann)
        await self.family.likes.add(Like(user_id=self.bob, post_id=self.post, at=1))
        async with self.database.work() as tables:
            tables.counters[Counter.LIKES, self.post] = 7
            tables.counters[Counter.FOLLOWERS, self.ann] = -1
            tables.counters[Counter.POSTS, self.bob] = 2
            del tables.counters[Counter.FOLLOWING, self.bob]

    async def repair(self, *, dry_run: bool) -> list[CounterDifference]:
        """Give what a repair reports."""
        return [each async for each in self.family.counters.repair(dry_run=dry_run)]

    def differences(self) -> list[CounterDifference]:
        """Give what is wrong."""
        return [
            CounterDifference(counter="followers", subject=self.ann, stored=-1, actual=1),
            CounterDifference(counter="following", subject=self.bob, stored=0, actual=1),
            CounterDifference(counter="likes", subject=self.post, stored=7, actual=1),
            CounterDifference(counter="posts", subject=self.bob, stored=2, actual=0),
        ]


def spoiled(test: Callable[[Spoiled], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """Run a coroutine test on a family that is spoiled."""

    async def prepared() -> None:
        world = Spoiled()
        await world.spoil()
        await test(world)

    def run() -> None:
        asyncio.run(prepared())

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run


@spoiled
async def test_a_dry_run_reports_and_leaves_everything(world: Spoiled) -> None:
    """Asked again, it reports the same."""
    assert await world.repair(dry_run=True) == world.differences()
    assert await world.repair(dry_run=True) == world.differences()


@spoiled
async def test_a_repair_reports_and_mends(world: Spoiled) -> None:
    """Then nothing is wrong any more, and what was right still is."""
    assert await world.repair(dry_run=False) == world.differences()
    assert await world.repair(dry_run=False) == []

    counts = await world.family.profiles.counts([world.ann, world.bob])
    assert counts == {
        world.ann: ProfileCounts(followers=1, following=1, posts=1),
        world.bob: ProfileCounts(followers=1, following=1, posts=0),
    }
    state = (await world.family.states.states(None, [world.post]))[world.post]
    assert state.like_count == 1


@spoiled
async def test_a_repair_nobody_reads_to_the_end_mends_all(world: Spoiled) -> None:
    """The first difference is given after the mending."""
    async for _ in world.family.counters.repair(dry_run=False):
        break

    assert await world.repair(dry_run=True) == []
