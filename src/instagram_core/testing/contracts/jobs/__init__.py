"""The contracts of work after the answer: queue, broker, the operator's ledger, schedules."""

from instagram_core.testing.contracts.jobs.broker import Carrying, JobBrokerContract
from instagram_core.testing.contracts.jobs.ledger import JobLedgerContract
from instagram_core.testing.contracts.jobs.queue import JobQueueContract
from instagram_core.testing.contracts.jobs.schedule import ScheduleContract

__all__ = [
    "Carrying",
    "JobBrokerContract",
    "JobLedgerContract",
    "JobQueueContract",
    "ScheduleContract",
]
