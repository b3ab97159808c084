"""The use cases of jobs: working them off, carrying them to a broker, striking schedules."""

from instagram_core.jobs.service.handling import GiveUp, Handlers
from instagram_core.jobs.service.relay import Relay, RelayObserver
from instagram_core.jobs.service.relayed import RelayedJobLedger, RelayedJobQueue
from instagram_core.jobs.service.scheduler import Scheduled, Scheduler
from instagram_core.jobs.service.worker import Worker, WorkerObserver

__all__ = [
    "GiveUp",
    "Handlers",
    "Relay",
    "RelayObserver",
    "RelayedJobLedger",
    "RelayedJobQueue",
    "Scheduled",
    "Scheduler",
    "Worker",
    "WorkerObserver",
]
