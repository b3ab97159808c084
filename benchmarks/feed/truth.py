"""The feed page: HTTP against a bare handler with the same statements, and how its cost grows."""

import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.request import Request, urlopen

from benchmarks.data import load_follows, load_people, load_posts, settle
from benchmarks.load import Load, put_load, request
from benchmarks.report import Line
from benchmarks.stage import Stage, app_on, bare_on, staged
from instagram_core.accounts.model import UserId

_ROUNDS: Final = 5
_SECONDS: Final = 4.0
_PAGE: Final = 20
_MOST_STATEMENTS: Final = 6
_FOLLOWED: Final = (10, 100, 1000, 5000)
_POSTS: Final = (10_000, 100_000, 1_000_000)
_TIMED: Final = 60


async def measure() -> Sequence[Line]:
    """Give the line of one feed page over HTTP: 200 followees, 10,000 posts, 20 a page."""
    async with staged() as stage:
        people, posts, followed = 400, 10_000, 200
        load_people(stage.connection, people)
        load_posts(stage.connection, 1, posts, people)
        reader = stage.people(people)[-1]
        load_follows(stage.connection, reader, followed)
        settle(stage.connection)
        token = await stage.token(reader)
        return [await _http(stage, token)]


async def _http(stage: Stage, token: str) -> Line:
    statements = await stage.recorded(_read(stage, token))
    ours: list[Load] = []
    floor: list[Load] = []
    ask = [request("GET", "/api/v1/feed", {"Authorization": f"Bearer {token}"})]
    with tempfile.TemporaryDirectory() as folder:
        async with app_on(stage.url, Path(folder)) as app:
            body = _body(app, token)
            async with bare_on(stage.url, statements, body) as bare:
                for _ in range(_ROUNDS):
                    floor.append(await put_load(bare, [request("GET", "/feed")], seconds=_SECONDS))
                    ours.append(await put_load(app, ask, seconds=_SECONDS))
    mine, least = (statistics.median(each.rate for each in loads) for loads in (ours, floor))
    failures = sum(each.failures for each in (*ours, *floor))
    cpu = max(each.client_cpu for each in (*ours, *floor))
    is_met = mine / least >= 0.5 and len(statements) <= _MOST_STATEMENTS and not failures
    p50 = statistics.median(each.p50 for each in ours)
    return Line(
        what="feed page of 20 over HTTP / bare handler",
        ours=mine,
        floor=least,
        unit="requests/s",
        target=f"≥ 0.50, ≤ {_MOST_STATEMENTS} statements",
        is_met=is_met,
        note=f"{len(statements)} statements, p50 {p50:.1f} ms, {len(body):,} bytes, "
        f"{failures} failed, generator {cpu:.0%} CPU",
    )


async def _read(stage: Stage, token: str) -> None:
    session = await stage.services.accounts.sessions.authenticate(token)
    page = await stage.services.feed.page(session.user_id, None, _PAGE)
    assert len(page.items) == _PAGE


def _body(port: int, token: str) -> bytes:
    ask = Request(
        f"http://127.0.0.1:{port}/api/v1/feed", headers={"Authorization": f"Bearer {token}"}
    )
    with urlopen(ask, timeout=10) as answer:  # noqa: S310 - as above
        return bytes(answer.read())


async def growth() -> Sequence[Line]:
    """Give how long a page takes in the service as followees and posts grow: no target, a table."""
    lines = []
    async with staged() as stage:
        people = max(_FOLLOWED) + len(_FOLLOWED)
        load_people(stage.connection, people)
        readers = dict(zip(_FOLLOWED, stage.people(people)[-len(_FOLLOWED) :], strict=True))
        for many, reader in readers.items():
            load_follows(stage.connection, reader, many)
        loaded = 0
        for posts in _POSTS:
            load_posts(stage.connection, loaded + 1, posts, people)
            settle(stage.connection)
            loaded = posts
            lines += [
                await _growth_line(stage, posts, many, reader) for many, reader in readers.items()
            ]
    return lines


async def _growth_line(stage: Stage, posts: int, followed: int, reader: UserId) -> Line:
    times, after = [], None
    for _ in range(_TIMED):
        begun = time.perf_counter()
        page = await stage.services.feed.page(reader, after, _PAGE)
        times.append((time.perf_counter() - begun) * 1000)
        after = page.next
    first = await _first_page(stage, reader)
    stage.database.statements.clear()
    return Line(
        what=f"{followed:,} followees, {posts:,} posts",
        ours=first,
        unit="ms, first page",
        note=f"{statistics.median(times):.1f} ms a page on the way through {_TIMED} pages, "
        f"slowest {max(times):.1f} ms",
    )


async def _first_page(stage: Stage, reader: UserId) -> float:
    times = []
    for _ in range(_TIMED):
        begun = time.perf_counter()
        await stage.services.feed.page(reader, None, _PAGE)
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)
