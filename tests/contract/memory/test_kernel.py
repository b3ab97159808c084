"""The clocks, the ids and the in-memory transactions keep their contracts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar

from instagram_core.assembly.families import RelationalFamily
from instagram_core.kernel.clock import Clock, SystemClock
from instagram_core.kernel.ids import IdGenerator, UuidV7Generator
from instagram_core.memory.tables import Counter
from instagram_core.posts.model import PostId
from instagram_core.testing.clocks import ManualClock
from instagram_core.testing.contracts.kernel import (
    ClockContract,
    CounterRepairContract,
    IdGeneratorContract,
    OutboxContract,
    TransactionContract,
)
from tests.contract.memory.opening import InMemoryFamily


class TestSystemClock(ClockContract):
    @asynccontextmanager
    async def open(self) -> AsyncIterator[Clock]:
        """Give the machine's clock."""
        yield SystemClock()


class TestManualClock(ClockContract):
    @asynccontextmanager
    async def open(self) -> AsyncIterator[Clock]:
        """Give the kit's clock."""
        yield ManualClock()


class TestUuidV7Generator(IdGeneratorContract):
    capabilities = frozenset({"clock"})

    @asynccontextmanager
    async def open(self) -> AsyncIterator[IdGenerator]:
        """Give a generator on the kit's clock."""
        yield UuidV7Generator(self.clock)


class TestInMemoryTransaction(InMemoryFamily, TransactionContract):
    pass


class TestInMemoryOutbox(InMemoryFamily, OutboxContract):
    pass


class TestInMemoryCounterRepair(InMemoryFamily, CounterRepairContract):
    capabilities: ClassVar[frozenset[str]] = InMemoryFamily.capabilities | {"spoil"}

    async def spoil(self, family: RelationalFamily, post: PostId, by: int) -> None:
        """Move a counter where no port does."""
        async with self.database.work() as tables:
            tables.count(Counter.LIKES, post, by)
