"""What is kept of requests."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from instagram_app.http.access_log import AccessLog
from instagram_app.observability.logging import configure_logging
from instagram_app.observability.metrics import Metrics
from tests.unit.instagram_app.http.requests import request


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Give where the log goes; afterwards it goes where it went before."""
    root = logging.getLogger()
    before, config = (root.handlers, root.level), structlog.get_config()
    yield io.StringIO()
    root.handlers, root.level = before
    structlog.configure(**config)
    structlog.contextvars.clear_contextvars()


def logged(stream: io.StringIO, form: str, path: str = "/api/v1/feed", level: str = "info") -> None:
    """Log one request."""
    configure_logging(level, form, stream)
    structlog.contextvars.bind_contextvars(request_id="r-1", user_id="u-1")
    asked = request(authorization="Bearer secret")
    asked.method, asked.path = "GET", path  # type: ignore[misc]
    AccessLog(Metrics()).answered(asked, "/api/v1/feed", 200, 0.0123, "192.0.2.1")


def test_a_request_is_one_line_for_programs(stream: io.StringIO) -> None:
    """With the ids that were bound, and the fields of every other line."""
    logged(stream, "json")
    (line,) = stream.getvalue().splitlines()
    event = json.loads(line)

    assert event.pop("time").endswith("Z")
    assert event == {
        "event": "request",
        "level": "info",
        "logger": "instagram.http",
        "method": "GET",
        "path": "/api/v1/feed",
        "status": 200,
        "milliseconds": 12.3,
        "address": "192.0.2.1",
        "request_id": "r-1",
        "user_id": "u-1",
    }


def test_a_request_is_one_line_for_people(stream: io.StringIO) -> None:
    """The same, readable."""
    logged(stream, "console")

    assert "status=200" in stream.getvalue()
    assert "request_id=r-1" in stream.getvalue()


def test_a_token_in_a_path_is_masked(stream: io.StringIO) -> None:
    """Wherever somebody puts it."""
    logged(stream, "json", f"/api/v1/users/{'t' * 64}")

    assert json.loads(stream.getvalue())["path"] == "/api/v1/users/***"


def test_a_quiet_log_holds_no_requests(stream: io.StringIO) -> None:
    """They are news, not warnings."""
    logged(stream, "json", level="warning")

    assert stream.getvalue() == ""


def test_requests_are_counted_by_route(stream: io.StringIO) -> None:
    """Methods that nobody knows are one."""
    configure_logging("error", "json", stream)
    metrics, asked = Metrics(), request()
    asked.method, asked.path = "BREW", "/pot"  # type: ignore[misc]
    AccessLog(metrics).answered(asked, "none", 404, 0.001, "192.0.2.1")

    assert b'method="other",route="none",status="404"' in metrics.exposition()
