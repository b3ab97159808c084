"""What `instagram doctor` tells of an app that runs."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from instagram_app.cli.running_app import app_check
from instagram_app.container.checks import State
from instagram_app.observability.metrics import Metrics
from instagram_app.resilience.guards import Guards
from instagram_core.kernel.errors import AdapterUnavailable


@contextmanager
def answering(text: bytes) -> Iterator[str]:
    """Give the address of a server that says this, whatever it is asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *arguments: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


async def numbers_without_s3() -> bytes:
    """Give the numbers of an app that has lost a server."""
    metrics = Metrics()
    async with Guards() as guards:
        metrics.watch_dependencies(guards.numbers)
        guards.of("valkey")
        guards.of("s3").doubt(AdapterUnavailable("gone"))
        return metrics.exposition()


def test_names_the_servers_that_count_as_away() -> None:
    """As the app's own numbers have it."""
    with answering(asyncio.run(numbers_without_s3())) as url:
        check = app_check(url)

    assert (check.state, check.subject) == (State.WARNING, "app")
    assert check.finding.endswith("takes s3 for away")


@pytest.mark.parametrize("text", [b"", b"<html>", b"\xff"])
def test_asks_nothing_of_a_program_that_is_no_app(text: bytes) -> None:
    """It may be anybody's port."""
    with answering(text) as url:
        assert app_check(url).state is State.OK


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "nonsense", "file:///etc/passwd", "http://"])
def test_is_content_where_none_runs(url: str) -> None:
    """A doctor is also called before the first start."""
    assert app_check(url).finding == f"none answers at {url}"
