"""What is told in a transaction is heard after it."""

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager

import pytest

from instagram_core.accounts.events import ProfileChanged
from instagram_core.accounts.model import UserId
from instagram_core.kernel.afterwards import Afterwards, ReactionsAfterwards
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.kernel.events import Event
from instagram_core.kernel.ids import UuidV7Generator
from instagram_core.kernel.reactions import Reactions
from instagram_core.kernel.transaction import Transaction
from instagram_core.testing.clocks import ManualClock

IDS = UuidV7Generator(ManualClock())


class Told(Transaction):
    """A transaction, and in which order things happen around it."""

    def __init__(self) -> None:
        """Begin without any."""
        self.order: list[object] = []
        self.fault: Exception | None = None

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[None]:
        """Give the block; its end fails with the fault, if there is one."""
        yield
        self.order.append("end")
        if self.fault is not None:
            raise self.fault

    async def hear(self, *news: Hashable) -> None:
        """Hear some news at once."""
        self.order.append(news)


async def test_without_a_transaction_news_are_heard_at_once() -> None:
    """The call returns when the listener does."""
    told = Told()

    await Afterwards(told).tell(told.hear, 1, 2)

    assert told.order == [(1, 2)]


async def test_news_of_a_transaction_are_heard_once_after_its_outermost_end() -> None:
    """All of it together, each piece once, in the order in which it was told."""
    told = Told()
    afterwards = Afterwards(told)

    async with afterwards():
        await afterwards.tell(told.hear, 2)
        async with afterwards():
            await afterwards.tell(told.hear, 1, 2)
        told.order.append("still inside")
    await afterwards.tell(told.hear, 3)

    assert told.order == ["end", "still inside", "end", (2, 1), (3,)]


async def test_news_are_heard_although_the_end_failed() -> None:
    """The outcome is unknown, and the error is the caller's."""
    told = Told()
    told.fault = AdapterUnavailable("lost in the commit")
    afterwards = Afterwards(told)

    with pytest.raises(AdapterUnavailable):
        async with afterwards():
            await afterwards.tell(told.hear, 1)

    assert told.order == ["end", (1,)]


async def test_two_around_one_transaction_wait_for_the_same_end() -> None:
    """Whichever of them opened it, and whichever was told."""
    told = Told()
    inner = Afterwards(told)
    outer = Afterwards(inner)

    async with outer():
        await inner.tell(told.hear, 1)
        async with inner():
            await outer.tell(told.hear, 2)

    assert told.order == ["end", "end", (1, 2)]


async def test_a_task_that_outlives_the_transaction_is_outside() -> None:
    """It inherited the context of the transaction, whose end has passed."""
    told, is_over = Told(), asyncio.Event()
    afterwards = Afterwards(told)

    async def later() -> None:
        await is_over.wait()
        await afterwards.tell(told.hear, 1)

    async with afterwards():
        task = asyncio.create_task(later())
    is_over.set()
    await task

    assert told.order == ["end", (1,)]


class Faulty(Reactions):
    """Reactions with a defect."""

    async def to(self, *events: Event) -> None:
        """Fail."""
        raise ZeroDivisionError(events)


async def test_a_fault_of_a_reaction_refuses_nothing_and_is_complained_of() -> None:
    """Neither at once nor after a transaction."""
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda _, context: complaints.append(context["exception"])
    )
    afterwards = Afterwards(Told())
    reactions = ReactionsAfterwards(Faulty(), afterwards)

    await reactions.to(ProfileChanged(user_id=UserId(IDS.new())))
    async with afterwards():
        await reactions.to(ProfileChanged(user_id=UserId(IDS.new())))

    assert [type(each) for each in complaints] == [ZeroDivisionError, ZeroDivisionError]
