"""The contract of transactions: whole or not at all, and only for the task that opened them."""

import asyncio
from contextlib import suppress
from typing import ClassVar
from uuid import UUID

import pytest
from hypothesis import strategies as st

from instagram_core.accounts.model import UserId
from instagram_core.assembly.families import RelationalFamily
from instagram_core.kernel.errors import ForeignTaskError, TransactionDoomed, TransactionError
from instagram_core.testing.factories import account
from instagram_core.testing.machine import move
from instagram_core.testing.relational import RelationalContract, RelationalMachine, Rollback


class TransactionMachine(RelationalMachine):
    """Blocks within blocks that write, fail, and swallow what failed inside."""

    block: ClassVar[st.SearchStrategy[object]] = st.recursive(
        st.sampled_from(["write", "fail"]),
        lambda inner: st.tuples(st.sampled_from(["nest", "swallow"]), st.lists(inner, max_size=3)),
        max_leaves=5,
    )

    async def prepare(self) -> None:
        """Nobody has registered yet."""
        self.written = 0

    @move(parts=st.lists(block, max_size=3))
    async def transact(self, parts: list[object]) -> object:
        """Run a block; tell how it ended and who is there."""
        outcome: object = "committed"
        try:
            async with self.subject.transaction():
                await self._run(parts)
        except (Rollback, TransactionError) as error:
            outcome = type(error)
        people = [self._person(number) for number in range(self.written)]
        there = await self.subject.users.get_many(people)
        return outcome, [person in there for person in people]

    async def _run(self, parts: list[object]) -> None:
        for part in parts:
            match part:
                case "write":
                    self.written += 1
                    await self.subject.users.add(account(self._person(self.written - 1)))
                case "fail":
                    raise Rollback
                case ("nest", list(inner)):
                    await self._nest(inner)
                case ("swallow", list(inner)):
                    with suppress(Rollback):
                        await self._nest(inner)

    async def _nest(self, parts: list[object]) -> None:
        async with self.subject.transaction():
            await self._run(parts)

    def _person(self, number: int) -> UserId:
        return UserId(self.world.id("person", number))


class TransactionContract(RelationalContract):
    """What every `Transaction` does."""

    machine = TransactionMachine

    async def touch(self, subject: RelationalFamily) -> object:
        """Register somebody in a transaction."""
        async with subject.transaction():
            return await self.add(subject)

    async def add(self, family: RelationalFamily) -> UserId:
        """Register somebody."""
        identity: UUID = self.ids.new()
        await family.users.add(account(identity))
        return UserId(identity)

    async def there(self, family: RelationalFamily, *users: UserId) -> list[bool]:
        """Tell who of these is stored."""
        found = await family.users.get_many(users)
        return [user in found for user in users]

    async def test_work_is_kept(self, family: RelationalFamily) -> None:
        """All of it, visible inside at once and afterwards to everybody."""
        async with family.transaction():
            first, second = await self.add(family), await self.add(family)
            assert await self.there(family, first, second) == [True, True]
        assert await self.there(family, first, second) == [True, True]

    async def test_an_error_takes_all_back(self, family: RelationalFamily) -> None:
        """The error passes through as it is; the next transaction works."""
        added: list[UserId] = []
        with pytest.raises(Rollback):
            async with family.transaction():
                added.extend([await self.add(family), await self.add(family)])
                raise Rollback
        assert await self.there(family, *added) == [False, False]
        async with family.transaction():
            later = await self.add(family)
        assert await self.there(family, later) == [True]

    async def test_only_the_outermost_block_commits(self, family: RelationalFamily) -> None:
        """What a nested block did goes with the rest."""
        added: list[UserId] = []
        with suppress(Rollback):
            async with family.transaction():
                async with family.transaction():
                    added.append(await self.add(family))
                raise Rollback
        assert await self.there(family, *added) == [False]

    async def test_a_nested_block_is_part_of_the_whole(self, family: RelationalFamily) -> None:
        """Work before, in and after it is kept together."""
        async with family.transaction():
            before = await self.add(family)
            async with family.transaction():
                inside = await self.add(family)
                assert await self.there(family, before) == [True]
            after = await self.add(family)
        assert await self.there(family, before, inside, after) == [True] * 3

    async def test_a_swallowed_error_dooms(self, family: RelationalFamily) -> None:
        """Leaving says that nothing was stored: a silent loss would have been answered 2xx."""
        added: list[UserId] = []
        with pytest.raises(TransactionDoomed):
            async with family.transaction():
                added.append(await self.add(family))
                with suppress(Rollback):
                    async with family.transaction():
                        added.append(await self.add(family))
                        raise Rollback
        assert await self.there(family, *added) == [False, False]

    async def test_other_errors_of_a_doomed_block_pass(self, family: RelationalFamily) -> None:
        """Whoever fails anyway learns why, not that it was doomed."""
        with pytest.raises(ZeroDivisionError):
            async with family.transaction():
                with suppress(Rollback):
                    async with family.transaction():
                        raise Rollback
                raise ZeroDivisionError

    async def test_nobody_sees_work_that_is_taken_back(self, family: RelationalFamily) -> None:
        """Another task that reads meanwhile waits or sees nothing."""
        written, user = asyncio.Event(), UserId(self.ids.new())

        async def write() -> None:
            async with family.transaction():
                await family.users.add(account(user))
                written.set()
                for _ in range(10):
                    await asyncio.sleep(0)
                raise Rollback

        async def read() -> list[bool]:
            await written.wait()
            return await self.there(family, user)

        _, seen = await asyncio.gather(write(), read(), return_exceptions=True)
        assert seen == [False]

    async def test_another_task_may_not_join(self, family: RelationalFamily) -> None:
        """It would write through a connection that serves somebody else."""
        foreign = UserId(self.ids.new())
        with suppress(TransactionError):
            async with family.transaction():
                with pytest.raises(ForeignTaskError):
                    await asyncio.create_task(family.users.add(account(foreign)))
        assert await self.there(family, foreign) == [False]

    async def test_another_task_may_not_nest(self, family: RelationalFamily) -> None:
        """A block in a task that inherited the context is refused too."""

        async def nest() -> None:
            async with family.transaction():
                await self.add(family)

        with suppress(TransactionError):
            async with family.transaction():
                with pytest.raises(ForeignTaskError):
                    await asyncio.create_task(nest())

    async def test_transactions_of_many_tasks_are_apart(self, family: RelationalFamily) -> None:
        """Those that fail take back their own work only."""

        async def work(*, fails: bool) -> UserId:
            user = UserId(self.ids.new())
            with suppress(Rollback):
                async with family.transaction():
                    await family.users.add(account(user))
                    await asyncio.sleep(0)
                    await self.there(family, user)
                    if fails:
                        raise Rollback
            return user

        users = await asyncio.gather(*(work(fails=number % 2 == 1) for number in range(10)))
        assert await self.there(family, *users) == [True, False] * 5

    async def test_cancellation_takes_all_back(self, family: RelationalFamily) -> None:
        """A request that is cut off leaves no half of its work."""
        written, user = asyncio.Event(), UserId(self.ids.new())

        async def write() -> None:
            async with family.transaction():
                await family.users.add(account(user))
                written.set()
                await asyncio.Event().wait()

        task = asyncio.create_task(write())
        await written.wait()
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        assert await self.there(family, user) == [False]
