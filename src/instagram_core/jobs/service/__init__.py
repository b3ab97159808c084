"""The use cases of jobs: working them off, and striking schedules."""

from instagram_core.jobs.service.scheduler import Scheduled, Scheduler
from instagram_core.jobs.service.worker import Worker, WorkerObserver

__all__ = ["Scheduled", "Scheduler", "Worker", "WorkerObserver"]
