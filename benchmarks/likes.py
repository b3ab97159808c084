"""Likes: the service against the bare statement, HTTP against a bare handler."""

import asyncio
import itertools
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import psycopg

from benchmarks.bare import SESSION
from benchmarks.data import load_people, load_posts, settle
from benchmarks.load import Load, put_load, request
from benchmarks.report import Line
from benchmarks.stage import Stage, Statement, app_on, bare_on, staged
from instagram_core.accounts.model import UserId
from instagram_core.kernel.clock import SystemClock
from instagram_core.kernel.ids import UuidV7Generator
from instagram_core.posts.model import PostId

_ROUNDS: Final = 5
_PEOPLE: Final = 200
_POSTS: Final = 2000
_CONCURRENCY: Final = 8
_EACH: Final = 2000
_SECONDS: Final = 4.0

Pair = tuple[UserId, PostId]
Liking = Callable[[UserId, PostId], Awaitable[object]]


async def measure() -> Sequence[Line]:
    """Give the lines of likes."""
    async with staged() as stage:
        load_people(stage.connection, _PEOPLE)
        load_posts(stage.connection, 1, _POSTS, _PEOPLE)
        settle(stage.connection)
        people = stage.people(_PEOPLE)
        rows = stage.connection.execute("SELECT id FROM posts ORDER BY shared_at").fetchall()
        pairs = [(user, PostId(row[0])) for row in rows for user in people]
        spare = iter(pairs)

        def take(many: int) -> list[Pair]:
            return list(itertools.islice(spare, many))

        statements = await stage.recorded(stage.services.likes.like(*take(1)[0]))
        service = await _service(stage, statements[0], take)
        return [service, await _http(stage, statements, people, take)]


async def _service(stage: Stage, statement: Statement, take: Callable[[int], list[Pair]]) -> Line:
    """Compare with the strictest floor: a connection for each worker, and no pool at all."""
    sql, recorded = statement
    ids = UuidV7Generator(SystemClock())
    ours, floor = [], []
    async with AsyncExitStack() as stack:
        bare = [
            await stack.enter_async_context(await _connected(stage.url))
            for _ in range(_CONCURRENCY)
        ]

        def liking(connection: psycopg.AsyncConnection[Any]) -> Liking:
            async def like(user: UUID, post: UUID) -> None:
                parameters = {**recorded, "user": user, "post": post, "job_id": ids.new()}
                await (await connection.execute(sql, parameters)).fetchone()

            return like

        for _ in range(_ROUNDS):
            floor.append(await _rate([liking(each) for each in bare], take(_EACH)))
            ours.append(await _rate([stage.services.likes.like] * _CONCURRENCY, take(_EACH)))
            stage.database.statements.clear()
    mine, least = statistics.median(ours), statistics.median(floor)
    return Line(
        what="like, service / bare statement",
        ours=mine,
        floor=least,
        unit="likes/s",
        target="≥ 0.70",
        is_met=mine / least >= 0.7,
        note="1 round trip",
    )


async def _connected(url: str) -> psycopg.AsyncConnection[Any]:
    return await psycopg.AsyncConnection.connect(url, **SESSION)


async def _rate(workers: Sequence[Liking], pairs: list[Pair]) -> float:
    queue = iter(pairs)

    async def work(like: Liking) -> None:
        for user, post in queue:
            await like(user, post)

    begun = time.perf_counter()
    await asyncio.gather(*map(work, workers))
    return len(pairs) / (time.perf_counter() - begun)


async def _http(
    stage: Stage,
    statements: Sequence[Statement],
    people: list[UserId],
    take: Callable[[int], list[Pair]],
) -> Line:
    tokens = {user: await stage.token(user) for user in people}
    ours: list[Load] = []
    floor: list[Load] = []
    with tempfile.TemporaryDirectory() as folder:
        async with app_on(stage.url, Path(folder)) as app, bare_on(stage.url, statements) as bare:
            for _ in range(_ROUNDS):
                floor.append(await _load(bare, [_bare_like(*pair) for pair in take(15_000)]))
                ours.append(await _load(app, [_like(tokens, *pair) for pair in take(15_000)]))
    failures = sum(each.failures for each in (*ours, *floor))
    return _http_line("like over HTTP / bare handler", ours, floor, failures)


def _http_line(what: str, ours: list[Load], floor: list[Load], failures: int) -> Line:
    mine, bare = (statistics.median(each.rate for each in loads) for loads in (ours, floor))
    p50 = statistics.median(each.p50 for each in ours)
    p99 = statistics.median(each.p99 for each in ours)
    cpu = max(each.client_cpu for each in (*ours, *floor))
    return Line(
        what=what,
        ours=mine,
        floor=bare,
        unit="requests/s",
        target="≥ 0.50",
        is_met=mine / bare >= 0.5 and not failures,
        note=f"p50 {p50:.1f} ms, p99 {p99:.1f} ms, {failures} failed, generator {cpu:.0%} CPU",
    )


async def _load(port: int, requests: list[bytes]) -> Load:
    return await put_load(port, requests, seconds=_SECONDS, connections=_CONCURRENCY)


def _like(tokens: dict[UserId, str], user: UserId, post: PostId) -> bytes:
    headers = {"Authorization": f"Bearer {tokens[user]}"}
    return request("POST", f"/api/v1/posts/{post}/like", headers)


def _bare_like(user: UserId, post: PostId) -> bytes:
    return request("POST", f"/like/{user}/{post}")
