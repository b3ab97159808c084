"""Fan-out into full timelines: one worker from the job to the last trimmed timeline, and a peer.

Full profile: one author with 10,000 followers, each with a full timeline of 500. A hundred
PostPublished jobs are put into the table at once; the clock runs from that commit until no job is
left, so the time until the worker looks is in it. The floor is the push script alone, called by the
store's client with keys and member ready, into as many full timelines beside, on the same server,
in the same round. So is the peer, and nobody reads meanwhile. Then another hundred, while two
others, each in a process of its own, read: a timeline's window every two milliseconds from the
store, and a feed over HTTP every five. Three rounds of all that; the table shows medians.

Embedded profile: 2,000 followers, whose timelines the one process makes and keeps. The floor is the
in-memory store's `push` alone, in a process that does nothing else.
"""

import asyncio
import gc
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import attrs

from benchmarks.feed import crowd, peer
from benchmarks.feed.arena import NEVER_PULLED, Arena
from benchmarks.feed.figures import at_least_of_floor, below, judged, percentile
from benchmarks.feed.reading import waits
from benchmarks.feed.warm import apart, multiplied, rebuilt, visited
from benchmarks.load import request
from benchmarks.report import Line
from benchmarks.timelines import bare_push, busy_of, other_reader, rate_of
from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry, HomeSnapshot
from instagram_core.kernel.clock import SystemClock
from instagram_core.kernel.ids import UuidV7Generator
from instagram_core.kernel.paging import Position
from instagram_core.memory.feed.timelines import InMemoryTimelineStore
from instagram_core.posts.events import PostPublished
from instagram_postgres.database import PostgresDatabase
from instagram_postgres.family import postgres_family
from instagram_valkey.feed.timelines import ValkeyTimelineStore

_AUTHOR: Final = 1
_CAP: Final = 500
_FOLLOWERS: Final = {"full": 10_000, "embedded": 2_000}
_POSTS: Final = {"full": 100, "embedded": 200}
_ROUNDS: Final = 3
_SHARE: Final = 0.6
_TIMES: Final = 10
_PATIENCE: Final = 120.0
_READ_SECONDS: Final = 4.0
_PEER_SECONDS: Final = 3.0
_WARMING: Final = 20.0
_WAITING: Final = "SELECT count(*), count(leased_until) FROM jobs WHERE kind = 'post_published'"


@attrs.frozen(kw_only=True)
class Pushed:
    """What one batch came to."""

    rate: float
    """Entries a second, from the commit of the jobs to the end of the last."""
    noticed: float
    """Milliseconds from the commit until the worker had taken the first job."""
    cpu: float
    """Of the worker, as a share of one core."""


async def measure(arena: Arena) -> Sequence[Line]:
    """Give the lines of fan-out, and where there is Valkey that of the peer."""
    many = _FOLLOWERS[arena.profile]
    followers = range(2, many + 2)
    crowd.load_people(arena.connection, range(1, many + 2))
    crowd.load_follows(arena.connection, ((each, _AUTHOR) for each in followers))
    crowd.load_posts(arena.connection, [(n, _AUTHOR) for n in range(1, _CAP + 101)])
    crowd.settle(arena.connection)
    tokens = crowd.load_sessions(arena.connection, followers)
    asks = [
        request("GET", "/api/v1/feed?limit=20", {"Authorization": f"Bearer {token}"})
        for token in tokens
    ]
    if arena.valkey is None:
        return await _embedded(arena, asks)
    return await _full(arena, asks)


async def _full(arena: Arena, asks: Sequence[bytes]) -> list[Line]:
    assert arena.valkey is not None
    ours, beside, floor, costs, peers, stored, read = [], [], [], [], [], [], []
    readers = [crowd.person_id(n) for n in range(2, _FOLLOWERS["full"] + 2)]
    port = urlsplit(arena.valkey).port or 0
    python, why_not = _peer()
    rule = {"feed_push_threshold": NEVER_PULLED}
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        async with arena.opened(rule) as application:
            await rebuilt(application, readers[0])
        client = await enter(arena.connected())
        await multiplied(client, readers[0], readers[1:])
        keys = await apart(client, crowd.person_id(2), len(readers))
        http = await enter(arena.serving(rule))
        idle = await waits(http, asks[0], _READ_SECONDS)
        cpu = await enter(arena.working(rule))
        for turn in range(_ROUNDS):
            floor.append(await rate_of(client, bare_push(client, keys), len(keys)))
            busy = await busy_of(client)
            ours.append(await _worked(arena, 2 * turn, cpu))
            costs.append((await busy_of(client) - busy) * 1e6 / _POSTS["full"] / len(keys))
            if python is not None:
                ask = peer.measured(python, port, len(readers), _PEER_SECONDS)
                peers.append(await ask)
            reading = asyncio.gather(
                other_reader(arena.valkey, readers[0], _READ_SECONDS),
                waits(http, asks[1], _READ_SECONDS),
            )
            beside.append(await _worked(arena, 2 * turn + 1, cpu))
            windows, pages = await reading
            stored.append(windows)
            read.append(pages)
        await _check(arena, readers[:: len(readers) // 50])
    rates, by_processor = zip(*floor, strict=True)
    least = 1e6 / statistics.median(by_processor)
    cost = f"{statistics.median(costs):.1f} µs of Valkey an entry, its script alone {least:.1f}"
    return [
        _line(ours, rates, "its script alone", cost),
        *_others(stored, read, idle, beside),
        _peer_line(ours, peers, why_not),
    ]


def _line(ours: Sequence[Pushed], floor: Sequence[float], beside: str, cost: str) -> Line:
    noticed = statistics.median(each.noticed for each in ours)
    cpu = statistics.median(each.cpu for each in ours)
    return judged(
        f"fan-out, one worker, from job to last timeline / {beside}",
        at_least_of_floor(_SHARE),
        ours=statistics.median(each.rate for each in ours),
        floor=statistics.median(floor),
        unit="entries/s",
        note=f"worker {cpu:.0%} of a core, took the first job after {noticed:.0f} ms; {cost}",
    )


def _others(
    stored: Sequence[tuple[float, float]],
    read: Sequence[Sequence[float]],
    idle: Sequence[float],
    beside: Sequence[Pushed],
) -> list[Line]:
    rate = statistics.median(each.rate for each in beside)
    p50, p99 = (statistics.median(each) for each in zip(*stored, strict=True))
    pages = statistics.median(percentile(each, 0.99) for each in read)
    half = statistics.median(percentile(each, 0.5) for each in read)
    return [
        judged(
            "another reader's timeline meanwhile, p99 in the store",
            below(5),
            ours=p99,
            unit="ms",
            note=f"p50 {p50:.2f} ms; {rate:,.0f} entries/s beside both readers",
        ),
        judged(
            "another reader's feed meanwhile, p99 over HTTP",
            below(5),
            ours=pages,
            unit="ms",
            note=f"p50 {half:.1f} ms; with nothing else to do p50 {percentile(idle, 0.5):.1f} ms, "
            f"p99 {percentile(idle, 0.99):.1f} ms; {rate:,.0f} entries/s beside",
        ),
    ]


def _peer_line(ours: Sequence[Pushed], peers: Sequence[peer.PeerRate], why_not: str) -> Line:
    rate = statistics.median(each.rate for each in ours)
    what = "fan-out / stream-framework 1.4.0, same server, same cap"
    if not peers:
        return Line(what=what, ours=rate, unit="entries/s", note=why_not)
    length = statistics.median(each.length for each in peers)
    floor = statistics.median(each.rate for each in peers)
    note = f"without its task queue; its feeds hold {length:.0f} on average afterwards"
    return judged(
        what, at_least_of_floor(_TIMES), ours=rate, floor=floor, unit="entries/s", note=note
    )


async def _embedded(arena: Arena, asks: Sequence[bytes]) -> list[Line]:
    ours, beside, floor, read = [], [], [], []
    rule = {"feed_push_threshold": NEVER_PULLED}
    async with arena.serving(rule, has_worker=True) as http:
        await visited(http, asks, seconds=_WARMING)
        idle = await waits(http, asks[0], _READ_SECONDS)
        for turn in range(_ROUNDS):
            floor.append(await _bare_memory(len(asks)))
            ours.append(await _worked(arena, 2 * turn, arena.cpu))
            reading = asyncio.create_task(waits(http, asks[1], _READ_SECONDS))
            beside.append(await _worked(arena, 2 * turn + 1, arena.cpu))
            read.append(await reading)
    return [
        _line(ours, floor, "the store's push alone", "one process does all"),
        *_others([(0.0, 0.0)], read, idle, beside)[1:],
    ]


async def _bare_memory(readers: int) -> float:
    """Give the rate of the store alone: no job, no table, nobody else."""
    store, entries = InMemoryTimelineStore(SystemClock()), [_entry(n) for n in range(1, _CAP + 2)]
    people = [crowd.person_id(n) for n in range(readers)]
    newest_first = tuple(reversed(entries[1:]))
    snapshot = HomeSnapshot(entries=newest_first, floor=entries[0].position)
    for reader in people:
        token = await store.begin(reader)
        assert token is not None
        await store.finish(reader, token, snapshot)
    gc.collect()
    gc.freeze()  # as the app does: what is there stays
    begun, taken = time.perf_counter(), 0
    while time.perf_counter() - begun < _PEER_SECONDS:
        taken += await store.push(_entry(_CAP + 2 + taken), people)
    took = time.perf_counter() - begun
    gc.unfreeze()
    return taken / took


def _entry(number: int) -> FeedEntry:
    position = Position(crowd.shared_at(number), crowd.post_id(number))
    return FeedEntry(position=position, author_id=crowd.person_id(_AUTHOR))


async def _worked(arena: Arena, turn: int, cpu: Callable[[], float]) -> Pushed:
    """Publish a batch and give how the worker worked it off."""
    posts = _POSTS[arena.profile]
    first = _CAP + 101 + turn * posts
    numbers = range(first, first + posts)
    crowd.load_posts(arena.connection, [(n, _AUTHOR) for n in numbers])
    await _recorded(arena, numbers)
    taken = cpu()
    begun = time.perf_counter()
    noticed: float | None = None
    while True:
        left, leased = arena.connection.execute(_WAITING).fetchone() or (0, 0)
        took = time.perf_counter() - begun
        if noticed is None and (leased or left < posts):
            noticed = took
        if not left:
            break
        assert took < _PATIENCE, f"{left} jobs are left after {took:.0f} s"
        await asyncio.sleep(0.01)
    return Pushed(
        rate=posts * _FOLLOWERS[arena.profile] / took,
        noticed=1000 * (noticed or took),
        cpu=(cpu() - taken) / took,
    )


async def _recorded(arena: Arena, numbers: Iterable[int]) -> None:
    """Put the jobs into the table in one statement, as the publishing statements do one by one."""
    clock = SystemClock()
    async with PostgresDatabase.open(arena.url) as database:
        family = postgres_family(database, clock, UuidV7Generator(clock))
        events = [
            PostPublished(
                post_id=crowd.post_id(n),
                author_id=crowd.person_id(_AUTHOR),
                shared_at=crowd.shared_at(n),
            )
            for n in numbers
        ]
        await family.outbox.add(*events)


async def _check(arena: Arena, readers: Sequence[UserId]) -> None:
    """See that the last post is on top of timelines that are as full as may be."""
    last = _CAP + 100 + 2 * _ROUNDS * _POSTS["full"]
    async with arena.connected() as client:
        store = ValkeyTimelineStore(client)
        for reader in readers:
            window = await store.window(reader, None, 2 * _CAP)
            assert window is not None
            assert len(window.entries) == _CAP
            own = [entry for entry in window.entries if entry.author_id == crowd.person_id(_AUTHOR)]
            assert own[0].post_id == crowd.post_id(last)


def _peer() -> tuple[Path | None, str]:
    try:
        return peer.installed(), ""
    except peer.PeerAbsentError as error:
        return None, f"the peer cannot be run: {error}"
