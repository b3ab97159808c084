"""The contracts of work after the answer: the queue, the operator's ledger, the schedules."""

from instagram_core.testing.contracts.jobs.ledger import JobLedgerContract
from instagram_core.testing.contracts.jobs.queue import JobQueueContract
from instagram_core.testing.contracts.jobs.schedule import ScheduleContract

__all__ = ["JobLedgerContract", "JobQueueContract", "ScheduleContract"]
