"""The contract of repairing counters: what is wrong is told and mended, what is right is left."""

import asyncio
from collections.abc import Mapping
from typing import ClassVar
from uuid import UUID

from instagram_core.accounts.model import UserId
from instagram_core.assembly.families import RelationalFamily
from instagram_core.kernel.counters import CounterDifference
from instagram_core.likes.model import Like
from instagram_core.posts.model import PostId
from instagram_core.testing import moves
from instagram_core.testing.capabilities import requires
from instagram_core.testing.contract import Contract
from instagram_core.testing.factories import NOW
from instagram_core.testing.machine import move
from instagram_core.testing.relational import RelationalContract


class CounterMachine(moves.Follows, moves.Likes, moves.Blocks):
    """Everything that is counted: no counter is ever wrong."""

    @move()
    async def differences(self) -> object:
        """Compare all counters."""
        return [each async for each in self.subject.counters.repair(dry_run=True)]


class CounterRepairContract(RelationalContract):
    """What every `CounterRepair` does."""

    machine = CounterMachine
    hooks: ClassVar[Mapping[str, str]] = {
        **Contract.hooks,
        "spoil": "`spoil()` makes a counter wrong behind the ports' back",
    }

    async def spoil(self, family: RelationalFamily, post: PostId, by: int) -> None:
        """Add `by` to the number of likes of a post, without a like."""
        raise NotImplementedError

    async def touch(self, subject: RelationalFamily) -> object:
        """Compare."""
        return await self.repair(subject, dry_run=True)

    async def repair(
        self, family: RelationalFamily, *, dry_run: bool = False
    ) -> list[CounterDifference]:
        """Give all differences."""
        return [each async for each in family.counters.repair(dry_run=dry_run)]

    async def liked(self, family: RelationalFamily, count: int) -> PostId:
        """Make a post that is liked by so many."""
        scene = self.scene(family)
        author, *others = await scene.users(count + 1)
        post = await scene.post(author)
        for user in others:
            await family.likes.add(Like(user_id=user, post_id=post, at=NOW))
            await scene.follow(user, author)
        return post

    async def count(self, family: RelationalFamily, post: PostId) -> int:
        """Give the number of likes as it is shown."""
        return (await family.states.states(None, [post]))[post].like_count

    async def test_right_counters_are_left_alone(self, family: RelationalFamily) -> None:
        """Nothing is told, nothing changes."""
        post = await self.liked(family, 3)
        assert await self.repair(family) == []
        assert await self.count(family, post) == 3

    @requires("spoil")
    async def test_a_wrong_counter_is_told_and_mended(self, family: RelationalFamily) -> None:
        """With what it said and what it should; then all is right."""
        wrong, right = await self.liked(family, 3), await self.liked(family, 2)
        for by in (+2, -5):
            await self.spoil(family, wrong, by)
            (difference,) = await self.repair(family)
            told: tuple[UUID, int, int] = (
                difference.subject, difference.stored, difference.actual
            )  # fmt: skip
            assert (wrong, 3 + by, 3) == told
            assert await self.count(family, wrong) == 3
            assert await self.repair(family) == []
        assert await self.count(family, right) == 2

    @requires("spoil")
    async def test_a_dry_run_only_tells(self, family: RelationalFamily) -> None:
        """As often as it is asked."""
        post = await self.liked(family, 1)
        await self.spoil(family, post, +1)
        first = await self.repair(family, dry_run=True)
        assert len(first) == 1
        assert first == await self.repair(family, dry_run=True)
        assert await self.count(family, post) == 2

    async def test_writes_beside_a_repair_stay_exact(self, family: RelationalFamily) -> None:
        """A repair that compares an old list with a new counter would spoil what was right."""
        scene = self.scene(family)
        author, *others = await scene.users(9)
        post = await scene.post(author)

        async def like(user: UserId) -> None:
            await family.likes.add(Like(user_id=user, post_id=post, at=NOW))

        await asyncio.gather(
            *(self.repair(family) for _ in range(3)), *(like(user) for user in others)
        )
        assert await self.count(family, post) == 8
        assert await self.repair(family, dry_run=True) == []
