"""What workers do is told: a line and a number for each job."""

import io
import json
import logging
from collections.abc import Iterator
from uuid import UUID

import pytest
import structlog

from instagram_app.observability.jobs import JobLog
from instagram_app.observability.logging import configure_logging
from instagram_app.observability.metrics import Metrics
from instagram_core.jobs.model import Job, JobId

JOB = Job(
    id=JobId(UUID("01890a5d-ac96-774b-bcce-b302099a8057")),
    queue="media",
    kind="post_submitted",
    payload={},
    attempts=1,
    created_at=0,
)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Give what is logged, as JSON."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logging("info", "json", stream)
    yield stream
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def test_what_a_handler_logs_bears_the_id_of_its_job(log: io.StringIO) -> None:
    """So that all about one job is found."""
    JobLog(Metrics()).started(JOB)

    structlog.stdlib.get_logger("instagram.test").info("rendered")

    event = json.loads(log.getvalue())
    assert (event["job_id"], event["job_kind"]) == (str(JOB.id), "post_submitted")


@pytest.mark.parametrize(
    ("outcome", "level"),
    [
        ("done", "info"),
        ("ignored", "info"),
        ("retried", "warning"),
        ("parked", "warning"),
        ("returned", "warning"),
        ("failed", "error"),
    ],
)
def test_each_end_of_a_job_is_a_line_and_a_number(
    log: io.StringIO, outcome: str, level: str
) -> None:
    """As grave as it is."""
    metrics = Metrics()
    job_log = JobLog(metrics)

    job_log.started(JOB)
    job_log.ended(JOB, outcome, ValueError("why"), 0.25)

    event = json.loads(log.getvalue())
    assert (event["event"], event["level"], event["outcome"]) == ("job", level, outcome)
    assert (event["queue"], event["attempts"], event["seconds"]) == ("media", 1, 0.25)
    assert event["error"] == "ValueError: why"
    labels = {"kind": "post_submitted", "outcome": outcome}
    assert metrics.registry.get_sample_value("instagram_job_seconds_sum", labels) == 0.25
