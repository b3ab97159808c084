"""What workers do, as log lines and numbers."""

import structlog

from instagram_app.observability.metrics import Metrics
from instagram_core.jobs.model import Job

_LEVELS = {"retried": "warning", "parked": "warning", "failed": "error", "returned": "warning"}


class JobLog:
    """Hears from a worker; each job is one line when it ends, and one observation.

    Everything logged while a handler runs bears the job's id.
    """

    def __init__(self, metrics: Metrics) -> None:
        """Count in `metrics`."""
        self._metrics = metrics
        self._log = structlog.stdlib.get_logger("instagram.jobs")

    def started(self, job: Job) -> None:
        """Bind the job's id to the task that runs it."""
        structlog.contextvars.bind_contextvars(job_id=str(job.id), job_kind=job.kind)

    def ended(self, job: Job, outcome: str, error: BaseException | None, seconds: float) -> None:
        """Tell how it went."""
        self._metrics.jobs.labels(job.kind, outcome).observe(seconds)
        fields = {
            "queue": job.queue,
            "outcome": outcome,
            "attempts": job.attempts,
            "seconds": round(seconds, 3),
        }
        if error is not None:
            fields["error"] = f"{type(error).__name__}: {error}"
        log = getattr(self._log, _LEVELS.get(outcome, "info"))
        log("job", exc_info=error if outcome == "failed" else None, **fields)
