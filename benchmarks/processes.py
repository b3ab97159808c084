"""One HTTP process against two: the feed and a like, with the CPU that each takes.

Load generator, PostgreSQL and Valkey run on the same machine: on two cores two processes cannot be
twice as fast. The CPU column tells who used the machine.
"""

import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import islice, product
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import attrs
import psutil  # type: ignore[import-untyped]

from benchmarks.data import load_people, load_posts, settle
from benchmarks.load import Load, put_load, request
from benchmarks.report import Line
from benchmarks.stage import INSTAGRAM, SECRET, Stage, process, staged
from tests.servers.valkey import private_valkey

_ROUNDS: Final = 3
_PEOPLE: Final = 200
_POSTS: Final = 1500
_CONNECTIONS: Final = 32
_SECONDS: Final = 4.0
_LIKES: Final = 15_000


@attrs.frozen
class Server:
    """A running server and what it runs."""

    port: int
    cpu: Callable[[], float]
    """Seconds of CPU that its HTTP processes took so far."""


async def measure() -> Sequence[Line]:
    """Give the lines of several processes."""
    valkey, url = private_valkey()
    try:
        async with staged() as stage:
            load_people(stage.connection, _PEOPLE)
            load_posts(stage.connection, 1, _POSTS, _PEOPLE)
            settle(stage.connection)
            return await _compared(stage, url)
    finally:
        valkey.close()


async def _compared(stage: Stage, valkey: str) -> Sequence[Line]:
    people = stage.people(_PEOPLE)
    tokens = {user: await stage.token(user) for user in people}
    rows = stage.connection.execute("SELECT id FROM posts ORDER BY shared_at").fetchall()
    spare = product((row[0] for row in rows), people)

    def likes() -> list[bytes]:
        pairs = islice(spare, _LIKES)
        return [_signed("POST", f"/api/v1/posts/{post}/like", tokens[user]) for post, user in pairs]

    def feeds() -> list[bytes]:
        return [_signed("GET", "/api/v1/feed?limit=20", tokens[user]) for user in people]

    lines = []
    with tempfile.TemporaryDirectory() as folder:
        async with (
            _serving(stage.url, valkey, Path(folder) / "one", 1) as one,
            _serving(stage.url, valkey, Path(folder) / "two", 2) as two,
        ):
            for what, requests in (("feed", feeds), ("like", likes)):
                lines.append(await _line(what, one, two, requests))
    return lines


async def _line(what: str, one: Server, two: Server, requests: Callable[[], list[bytes]]) -> Line:
    alone, both = [], []
    for server in (one, two):  # who comes first makes the timelines for both
        await _loaded(server, requests())
    for _ in range(_ROUNDS):
        alone.append(await _loaded(one, requests()))
        both.append(await _loaded(two, requests()))
    rate_one, rate_two = (
        statistics.median(load.rate for load, _ in each) for each in (alone, both)
    )
    failed = sum(load.failures for load, _ in (*alone, *both))
    cpu_one, cpu_two = (statistics.median(cpu for _, cpu in each) for each in (alone, both))
    generator = max(load.client_cpu for load, _ in (*alone, *both))
    p99_one, p99_two = (statistics.median(load.p99 for load, _ in each) for each in (alone, both))
    return Line(
        what=f"{what} over HTTP, 2 processes / 1",
        ours=rate_two,
        floor=rate_one,
        unit="requests/s",
        note=(
            f"CPU of HTTP {cpu_one:.0%} and {cpu_two:.0%}, of the generator {generator:.0%}; "
            f"p99 {p99_one:.0f} and {p99_two:.0f} ms; {failed} failed"
        ),
    )


async def _loaded(server: Server, requests: list[bytes]) -> tuple[Load, float]:
    before = server.cpu()
    load = await put_load(server.port, requests, seconds=_SECONDS, connections=_CONNECTIONS)
    return load, (server.cpu() - before) / _SECONDS


@asynccontextmanager
async def _serving(url: str, valkey: str, folder: Path, many: int) -> AsyncIterator[Server]:
    environment = {
        "INSTAGRAM_DATABASE_URL": url,
        "INSTAGRAM_VALKEY_URL": valkey,
        "INSTAGRAM_DATA": str(folder),
        "INSTAGRAM_SECRET_KEY": SECRET,
        "INSTAGRAM_LIMITS": "off",
        "INSTAGRAM_LOG_LEVEL": "warning",
    }
    serve = ("serve", "--port", "0", "--no-worker", "--processes", str(many))
    async with process((sys.executable, "-c", INSTAGRAM, *serve), environment) as first_line:
        port = urlsplit(first_line).port or 0
        yield Server(port, lambda: _cpu_of(folder))


def _cpu_of(folder: Path) -> float:
    found = 0.0
    for each in psutil.process_iter(["cmdline", "environ"]):
        words = " ".join(each.info["cmdline"] or ())
        if "cli.child" in words and (each.info["environ"] or {}).get("INSTAGRAM_DATA") == str(
            folder
        ):
            times = each.cpu_times()
            found += times.user + times.system
    return found


def _signed(method: str, path: str, token: str) -> bytes:
    return request(method, path, {"Authorization": f"Bearer {token}"})
