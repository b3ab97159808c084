"""The in-memory queue, ledger and schedules keep their contracts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from instagram_core.kernel.ids import UuidV7Generator
from instagram_core.memory.database import Database
from instagram_core.memory.jobs import InMemoryJobBroker, InMemoryJobQueue
from instagram_core.testing.contracts.jobs import (
    Carrying,
    JobBrokerContract,
    JobLedgerContract,
    JobQueueContract,
    ScheduleContract,
)
from tests.contract.memory.opening import InMemoryFamily


class TestInMemoryJobQueue(InMemoryFamily, JobQueueContract):
    pass


class TestInMemoryJobLedger(InMemoryFamily, JobLedgerContract):
    pass


class TestInMemorySchedule(InMemoryFamily, ScheduleContract):
    pass


class TestInMemoryJobBroker(JobBrokerContract):
    capabilities = frozenset({"clock", "close"})

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Carrying]:
        """Give an empty broker."""
        self.database = Database(self.clock, UuidV7Generator(self.clock))
        yield Carrying(InMemoryJobBroker(self.database), InMemoryJobQueue(self.database))

    async def close(self, _: Carrying) -> None:
        """Close what broker and queue share."""
        await self.database.close()
