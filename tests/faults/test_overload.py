"""More than the app can do: it refuses what is too much, and goes on with the rest."""

import asyncio
import json
import re
import resource
import socket
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx
import pytest

from tests.e2e.people import POSTS, Person, register, small_photo
from tests.e2e.running import RunningApp, fresh_folder, running
from tests.faults.dependencies import Dependency, start

_DEADLINE = 5.0
_SLACK = 1.5
_QUICK = 0.5


@pytest.fixture(scope="module")
def database() -> Iterator[Dependency]:
    """Give a PostgreSQL that can be slowed down; a test leaves it quick."""
    server = start("postgres")
    yield server
    server.close()


@pytest.fixture(scope="module")
def app(database: Dependency) -> Iterator[RunningApp]:
    """Give an app that has a database and nothing else."""
    settings = {**database.settings, "limits": "off", "log_format": "json"}
    with fresh_folder() as folder, running(folder, **settings) as started:
        yield started


@pytest.fixture(scope="module")
def ada(app: RunningApp) -> Person:
    """Give somebody who has shared a photograph."""
    person = register(app, "ada")
    person.share()
    return person


def test_three_hundred_slow_requests_are_answered_or_refused_in_time(
    app: RunningApp, database: Dependency, ada: Person
) -> None:
    """Ten connections cannot serve them all; nobody waits for longer than the deadline."""
    database.proxy.slow_down(0.2)
    try:
        answers = asyncio.run(_at_once(app, ada, 300))
    finally:
        database.proxy.let_through()

    assert {answer.status_code for answer in answers} == {200, 503}
    refused = [answer for answer in answers if answer.status_code == 503]
    assert {answer.headers["retry-after"] for answer in refused} <= set("12345")
    # As the server measured: so many clients in one process are slower than it.
    assert max(_milliseconds(app)) < (_DEADLINE + _SLACK) * 1000
    assert _counted(app, "refused") == 0
    assert _seconds(ada) < _DEADLINE


def test_a_thousand_idle_connections_stop_nobody(app: RunningApp, ada: Person) -> None:
    """They cost a file each, and no time."""
    with _connections(app, 1000):
        assert _typical_seconds(ada) < _QUICK
        with app.connect() as another:
            another.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
            assert another.recv(12) == b"HTTP/1.1 200"


def test_two_hundred_slow_heads_stop_nobody(app: RunningApp, ada: Person) -> None:
    """They are waited for, each by itself."""
    with _connections(app, 200) as connections:
        for connection in connections:
            connection.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        assert _typical_seconds(ada) < _QUICK


def test_two_hundred_slow_uploads_of_one_person_stop_nobody(app: RunningApp, ada: Person) -> None:
    """They take a part of the places only: somebody else uploads meanwhile."""
    head = (
        "POST {} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Length: 9000\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n"
    ).format(POSTS, register(app, "slow").token)
    with _connections(app, 200) as connections:
        for connection in connections:
            connection.sendall(head.encode())
        assert _typical_seconds(ada) < _QUICK
        begun = time.monotonic()
        assert ada.upload(small_photo()).status_code == 202
        assert time.monotonic() - begun < 2


async def _at_once(app: RunningApp, person: Person, number: int) -> list[httpx.Response]:
    async with httpx.AsyncClient(
        base_url=app.url,
        headers=dict(person.http.headers),
        limits=httpx.Limits(max_connections=None),
        timeout=60,
    ) as client:
        return await asyncio.gather(*(client.get("/api/v1/feed") for _ in range(number)))


def _milliseconds(app: RunningApp) -> list[float]:
    lines = [json.loads(line) for line in app.log.read_text().splitlines() if line[:1] == "{"]
    return [line["milliseconds"] for line in lines if line.get("path") == "/api/v1/feed"]


def _counted(app: RunningApp, outcome: str) -> float:
    shown = httpx.get(f"{app.url}/metrics", timeout=5).text
    labels = f'dependency="postgres",outcome="{outcome}"'
    found = re.search(f"instagram_dependency_calls_total{{{labels}}} (.+)", shown)
    assert found is not None
    return float(found[1])


@contextmanager
def _connections(app: RunningApp, number: int) -> Iterator[list[socket.socket]]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(number + 500, hard)), hard))
    try:
        with ExitStack() as stack:
            yield [stack.enter_context(app.connect()) for _ in range(number)]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _typical_seconds(person: Person) -> float:
    return statistics.median(_seconds(person) for _ in range(20))


def _seconds(person: Person) -> float:
    begun = time.monotonic()
    assert person.http.get("/api/v1/feed").status_code == 200
    return time.monotonic() - begun
