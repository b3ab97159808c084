"""Units of work: whole or not at all, one at a time, each of one task."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import pytest

from instagram_core.accounts.errors import UsernameTakenError
from instagram_core.accounts.model import Account, UserId
from instagram_core.assembly.families import RelationalFamily
from instagram_core.graph.model import PersonalList
from instagram_core.kernel.errors import (
    AdapterClosed,
    ForeignTaskError,
    TransactionDoomed,
    TransactionError,
)
from instagram_core.kernel.ids import UuidV7Generator
from instagram_core.likes.model import Like
from instagram_core.media.events import AvatarSubmitted
from instagram_core.memory.database import Database
from instagram_core.memory.relational import in_memory_family
from instagram_core.testing import factories
from instagram_core.testing.clocks import ManualClock
from instagram_core.testing.scene import Scene


class Stop(Exception):
    """Ends a transaction."""


class World:
    """A family in memory, and what is in its tables."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.ids = UuidV7Generator(self.clock)
        self.database = Database(self.clock, self.ids)
        self.family: RelationalFamily = in_memory_family(self.database)
        self.scene = Scene(self.family, self.ids, self.clock)

    def account(self) -> Account:
        """Give an account that is not stored yet."""
        return factories.account(self.ids.new())

    async def is_stored(self, account: Account) -> bool:
        """Tell whether an account is there."""
        return await self.family.users.account(account.user.id) is not None

    def rows(self) -> Mapping[str, Mapping[object, object]]:
        """Give a copy of every table."""
        tables = vars(self.database._tables)
        return {name: dict(table) for name, table in tables.items()}


def on_a_loop(test: Callable[[World], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """Run a coroutine test with a world of its own."""

    def run() -> None:
        asyncio.run(asyncio.wait_for(test(World()), timeout=10))

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run


@on_a_loop
async def test_an_error_takes_back_everything_the_family_did(world: World) -> None:
    """Rows, counters, events: every table is as it was before the transaction."""
    scene, family = world.scene, world.family
    ann, bob, cem = await scene.users(3)
    await scene.follow(ann, bob)
    post, other = await scene.post(bob), await scene.post(ann)
    await family.likes.add(Like(user_id=ann, post_id=post, at=1))
    await family.personal_lists.put(PersonalList.MUTES, bob, ann, 1)
    before = world.rows()

    async def work() -> None:
        async with family.transaction():
            await scene.user()
            await scene.follow(cem, ann)
            await scene.block(ann, bob)
            await family.posts.delete(other)
            await family.avatars.submit(AvatarSubmitted(user_id=ann, stem="a" * 32))
            await scene.failed_post(cem)
            await scene.events()
            raise Stop

    with pytest.raises(Stop):
        await work()

    assert world.rows() == before


@on_a_loop
async def test_the_outermost_block_alone_commits(world: World) -> None:
    """An error after a nested block takes that block's work back too."""
    account, family = world.account(), world.family

    async def work() -> None:
        async with family.transaction():
            async with family.transaction():
                await family.users.add(account)
            raise Stop

    with pytest.raises(Stop):
        await work()

    assert not await world.is_stored(account)


@on_a_loop
async def test_nested_blocks_are_one_transaction(world: World) -> None:
    """What each did is there when the outermost is left."""
    accounts, family = [world.account() for _ in range(3)], world.family

    async with family.transaction():
        await family.users.add(accounts[0])
        async with family.transaction():
            await family.users.add(accounts[1])
        await family.users.add(accounts[2])

    assert [await world.is_stored(account) for account in accounts] == [True] * 3


@on_a_loop
async def test_a_swallowed_error_of_a_block_dooms_the_whole(world: World) -> None:
    """Leaving says so, and nothing is stored."""
    account, family = world.account(), world.family

    async def work() -> None:
        async with family.transaction():
            await family.users.add(account)
            with pytest.raises(Stop):
                async with family.transaction():
                    raise Stop

    with pytest.raises(TransactionDoomed):
        await work()

    assert not await world.is_stored(account)


@on_a_loop
async def test_a_swallowed_refusal_of_a_repository_dooms_the_whole(world: World) -> None:
    """With a server the refused statement may have broken the transaction, so it never counts."""
    account, family = world.account(), world.family
    twin = factories.account(world.ids.new(), username=account.user.username)

    async def work() -> None:
        async with family.transaction():
            await family.users.add(account)
            with pytest.raises(UsernameTakenError):
                await family.users.add(twin)

    with pytest.raises(TransactionDoomed):
        await work()

    assert not await world.is_stored(account)


@on_a_loop
async def test_a_refusal_outside_a_transaction_leaves_no_trace(world: World) -> None:
    """The next call works as if nothing had been."""
    account, family = world.account(), world.family
    await family.users.add(account)
    before = world.rows()

    with pytest.raises(UsernameTakenError):
        await family.users.add(account)

    assert world.rows() == before


@on_a_loop
async def test_others_wait_and_see_whole_transactions(world: World) -> None:
    """A reader that comes in the middle gets its answer after the end."""
    first, second, family = world.account(), world.account(), world.family
    ids = [first.user.id, second.user.id]
    middle = asyncio.Event()

    async def write() -> None:
        async with family.transaction():
            await family.users.add(first)
            middle.set()
            await asyncio.sleep(0)
            await family.users.add(second)

    async def read() -> set[UserId]:
        await middle.wait()
        return set(await family.users.get_many(ids))

    _, seen = await asyncio.gather(write(), read())

    assert seen == set(ids)


@on_a_loop
async def test_a_task_made_inside_is_refused(world: World) -> None:
    """It would write into a transaction that is not its own; the error dooms nothing by itself."""
    account, family = world.account(), world.family

    async with family.transaction():
        await family.users.add(account)
        task = asyncio.create_task(family.users.account(account.user.id))
        await asyncio.wait([task])

    assert isinstance(task.exception(), ForeignTaskError)
    assert await world.is_stored(account)


@on_a_loop
async def test_gathering_inside_is_refused(world: World) -> None:
    """Each call of a gather runs in a task of its own."""
    family = world.family

    with pytest.raises(ForeignTaskError):
        async with family.transaction():
            await asyncio.gather(*(family.users.add(world.account()) for _ in range(2)))


@on_a_loop
async def test_a_task_made_inside_works_alone_after_the_end(world: World) -> None:
    """The ambient transaction lasts until it is left, in every task that inherited it."""
    account, family = world.account(), world.family
    is_left = asyncio.Event()

    async def late() -> None:
        await is_left.wait()
        await family.users.add(account)

    async with family.transaction():
        task = asyncio.create_task(late())
        await asyncio.sleep(0)
    is_left.set()
    await task

    assert await world.is_stored(account)


@on_a_loop
async def test_cancellation_takes_everything_back(world: World) -> None:
    """And lets the next one go on."""
    lost, kept, family = world.account(), world.account(), world.family
    is_inside = asyncio.Event()

    async def hang() -> None:
        async with family.transaction():
            await family.users.add(lost)
            is_inside.set()
            await asyncio.Event().wait()

    hanging = asyncio.create_task(hang())
    await is_inside.wait()
    waiting = asyncio.create_task(family.users.add(kept))
    await asyncio.sleep(0)
    hanging.cancel()
    await asyncio.wait([hanging, waiting])

    assert hanging.cancelled()
    assert [await world.is_stored(account) for account in (lost, kept)] == [False, True]


@on_a_loop
async def test_who_waits_while_it_is_closed_is_told(world: World) -> None:
    """A call that gets its turn after `close` does nothing."""
    account, family = world.account(), world.family
    is_inside, may_leave = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with family.transaction():
            is_inside.set()
            await may_leave.wait()

    holding = asyncio.create_task(hold())
    await is_inside.wait()
    waiting = asyncio.create_task(family.users.add(account))
    await asyncio.sleep(0)
    await world.database.close()
    may_leave.set()
    await asyncio.wait([holding, waiting])

    assert isinstance(waiting.exception(), AdapterClosed)
    assert world.rows()["accounts"] == {}


@on_a_loop
async def test_what_needs_a_transaction_says_so(world: World) -> None:
    """Outside of one it raises, inside it does not."""
    with pytest.raises(TransactionError):
        world.database.require_transaction()

    async with world.family.transaction():
        world.database.require_transaction()


@on_a_loop
async def test_two_databases_are_apart(world: World) -> None:
    """A transaction of one is none of the other's."""
    account, other = world.account(), World()

    async def work() -> None:
        async with world.family.transaction():
            await world.family.users.add(account)
            await other.family.users.add(account)
            raise Stop

    with pytest.raises(Stop):
        await work()

    assert [await each.is_stored(account) for each in (world, other)] == [False, True]
