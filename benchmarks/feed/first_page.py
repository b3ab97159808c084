"""The first page over HTTP: cached against a bare handler, uncached by hops, statements and rate.

200 readers who follow 200 of 400 people with 10,000 posts; each asks for 20 posts, session and
limits being judged. Load, servers and app share the machine; the generator's CPU is told.
"""

import asyncio
import pickle
import statistics
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from psycopg.conninfo import conninfo_to_dict

from benchmarks.feed import crowd
from benchmarks.feed.arena import Arena
from benchmarks.feed.bare_page import Order
from benchmarks.feed.figures import above, at_least_of_floor, below, judged
from benchmarks.feed.wire import Tape, tapped
from benchmarks.load import Load, put_load, request
from benchmarks.report import Line
from benchmarks.stage import process
from benchmarks.visitor import Visitor

_PEOPLE: Final = 400
_FOLLOWED: Final = 200
_POSTS: Final = 10_000
_READERS: Final = range(10_001, 10_201)
_ROUNDS: Final = 5
_SECONDS: Final = 4.0
_WARMING: Final = 6.0
_COUNTED: Final = 40
_KEPT: Final = {"feed_cache_seconds": 3600}
_NEVER_KEPT: Final = {"feed_cache_seconds": 0}
_PATH: Final = "/api/v1/feed?limit=20"


async def measure(arena: Arena) -> Sequence[Line]:
    """Give the lines of the first page: cached, then uncached."""
    asks = _filled(arena)
    return [await _cached(arena, asks), *await _uncached(arena, asks), *await _counted(arena, asks)]


def _filled(arena: Arena) -> list[bytes]:
    """Load everybody, and give the readers' requests."""
    connection = arena.connection
    crowd.load_people(connection, [*range(1, _PEOPLE + 1), *_READERS])
    follows = [
        (reader, 1 + (place + turn) % _PEOPLE)
        for turn, reader in enumerate(_READERS)
        for place in range(_FOLLOWED)
    ]
    crowd.load_follows(connection, follows)
    crowd.load_posts(connection, [(n, 1 + (n * 7919) % _PEOPLE) for n in range(1, _POSTS + 1)])
    crowd.settle(connection)
    return [_ask(token) for token in crowd.load_sessions(connection, _READERS)]


async def _cached(arena: Arena, asks: Sequence[bytes]) -> Line:
    """Compare with the bare handler that gives the same bytes; five rounds of each, in turns."""
    ours: list[Load] = []
    floor: list[Load] = []
    async with arena.serving(_KEPT) as port:
        await _warm(port, asks)
        pages = await _pages(port, asks)
        async with _bare(arena, pages) as bare:
            plain = [request("GET", f"/page/{key}") for key in pages]
            for _ in range(_ROUNDS):
                floor.append(await put_load(bare, plain, seconds=_SECONDS))
                ours.append(await put_load(port, asks, seconds=_SECONDS))
    rate, least = (statistics.median(each.rate for each in loads) for loads in (ours, floor))
    failures = sum(each.failures for each in (*ours, *floor))
    return judged(
        "first page, cached, over HTTP / bare handler, one look-up",
        at_least_of_floor(0.5),
        ours=rate,
        floor=least,
        unit="requests/s",
        note=f"{_latency(ours)}, {len(next(iter(pages.values()))):,} bytes, {failures} failed, "
        f"{_generator(*ours, *floor)}",
        is_valid=not failures,
    )


async def _uncached(arena: Arena, asks: Sequence[bytes]) -> list[Line]:
    """Ask for pages that are never kept: the timeline is in its store, the posts are hydrated."""
    processes = 1 if arena.valkey is None else 2
    async with arena.serving(_NEVER_KEPT, processes=processes) as port:
        await _warm(port, asks)
        few = [await put_load(port, asks, seconds=_SECONDS) for _ in range(_ROUNDS)]
        many = [
            await put_load(port, asks, seconds=_SECONDS, connections=32) for _ in range(_ROUNDS)
        ]
    failures = sum(each.failures for each in (*few, *many))
    rate = statistics.median(each.rate for each in many)
    p50 = statistics.median(each.p50 for each in few)
    what = f"first page, uncached, {processes} process{'es' if processes > 1 else ''}"
    return [
        judged(
            f"{what}, 32 connections",
            above(1500),
            ours=rate,
            unit="requests/s",
            note=f"{_latency(many)}, {failures} failed, {_generator(*many)}",
            is_valid=not failures,
        ),
        judged(
            f"{what}, 8 connections: p50",
            below(5),
            ours=p50,
            unit="ms",
            note=f"{statistics.median(each.rate for each in few):,.0f} requests/s, "
            f"p99 {statistics.median(each.p99 for each in few):.1f} ms, {_generator(*few)}",
            is_valid=not failures,
        ),
    ]


async def _counted(arena: Arena, asks: Sequence[bytes]) -> list[Line]:
    """Count hops and statements of single requests, by a tap on the wire to each server.

    Copies of sessions are new: once a minute each is read from PostgreSQL again, one more of both.
    """
    tape = Tape()
    async with _tapped(arena, tape) as settings:
        async with arena.serving({**settings, **_NEVER_KEPT}) as port:
            uncached = await _heard(arena, port, asks, tape)
        async with arena.serving({**settings, **_KEPT}) as port:
            cached = await _heard(arena, port, asks, tape)
    lines = []
    limits = (("uncached", uncached, 2, 1), ("cached", cached, 2, 0))
    for what, heard, most_hops, most_statements in limits:
        hops, statements = (statistics.median(each) for each in zip(*heard, strict=True))
        worst = max(hops for hops, _ in heard)
        lines.append(
            Line(
                what=f"first page, {what}: hops",
                ours=hops,
                unit="hops",
                target=f"≤ {most_hops}, ≤ {most_statements} statements",
                is_met=hops <= most_hops and statements <= most_statements,
                note=f"{statements:g} statements; most hops {worst}, of {len(heard)} requests",
            )
        )
    return lines


async def _heard(
    arena: Arena, port: int, asks: Sequence[bytes], tape: Tape
) -> list[tuple[int, int]]:
    if arena.valkey is not None:
        async with arena.connected() as client:
            for key in await client.call("KEYS", "*:sessions:*"):
                await client.call("DEL", key)
    await _warm(port, asks)
    heard = []
    async with Visitor.to(port) as visitor:
        for ask in asks[:_COUNTED]:
            await asyncio.sleep(0.02)  # what the last one left to do in the background
            tape.forget()
            status, _ = await visitor.ask(ask)
            assert status == 200
            heard.append((tape.hops, tape.statements))
    return heard


@asynccontextmanager
async def _tapped(arena: Arena, tape: Tape) -> AsyncIterator[Mapping[str, object]]:
    parts = conninfo_to_dict(arena.url)
    socket = Path(str(parts["host"])) / f".s.PGSQL.{parts.get('port', 5432)}"
    async with tapped(socket, tape, is_postgres=True) as postgres:
        url = f"postgresql://{parts['user']}@127.0.0.1:{postgres}/{parts['dbname']}"
        if arena.valkey is None:
            yield {"database_url": url}
            return
        address = urlsplit(arena.valkey)
        upstream = (str(address.hostname), int(address.port or 0))
        async with tapped(upstream, tape, is_postgres=False) as valkey:
            yield {"database_url": url, "valkey_url": f"valkey://127.0.0.1:{valkey}"}


@asynccontextmanager
async def _bare(arena: Arena, pages: Mapping[str, bytes]) -> AsyncIterator[int]:
    if arena.valkey is not None:
        async with arena.connected() as client:
            for key, body in pages.items():
                await client.call("SET", key, body)
    order = pickle.dumps(Order(arena.valkey, dict(pages)))
    words = (sys.executable, "-m", "benchmarks.feed.bare_page")
    async with process(words, {}, order) as first_line:
        yield int(first_line)


async def _pages(port: int, asks: Sequence[bytes]) -> dict[str, bytes]:
    pages = {}
    async with Visitor.to(port) as visitor:
        for number, ask in enumerate(asks):
            status, pages[f"page-{number}"] = await visitor.ask(ask)
            assert status == 200
    return pages


async def _warm(port: int, asks: Sequence[bytes]) -> None:
    """Let every reader come several times: the first time makes the timeline."""
    load = await put_load(port, asks, seconds=_WARMING)
    assert not load.failures


def _ask(token: str) -> bytes:
    return request("GET", _PATH, {"Authorization": f"Bearer {token}"})


def _latency(loads: Sequence[Load]) -> str:
    p50, p99 = (statistics.median(getattr(each, p) for each in loads) for p in ("p50", "p99"))
    return f"p50 {p50:.1f} ms, p99 {p99:.1f} ms"


def _generator(*loads: Load) -> str:
    return f"generator {max(each.client_cpu for each in loads):.0%} CPU"
