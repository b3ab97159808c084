"""The in-memory queue, ledger and schedules keep their contracts."""

from instagram_core.testing.contracts.jobs import (
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
