"""The ranked feed against the order of time, in the service; and what an index would cost likes."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Final
from uuid import UUID, uuid4

import attrs

from benchmarks.data import load_follows, load_people, load_posts, settle
from benchmarks.report import Line
from benchmarks.stage import SECRET, Stage, staged
from instagram_core.accounts.model import UserId
from instagram_core.assembly import Services, TimelineFamily, assemble
from instagram_core.feed.model import RankRules
from instagram_core.feed.ranking import Candidate, ranked
from instagram_core.kernel.clock import SystemClock
from instagram_core.kernel.ids import UuidV7Generator
from instagram_core.kernel.paging import Position
from instagram_core.memory.feed import (
    InMemoryAuthorTimeline,
    InMemoryFeedCache,
    InMemoryTimelineStore,
)
from instagram_core.memory.system import InMemorySystem
from instagram_core.posts.model import PostId
from instagram_postgres.family import postgres_family

_PAGE: Final = 20
_TIMED: Final = 150
_PEOPLE: Final = 400
_POSTS: Final = 20_000
_FOLLOWED: Final = 200
_LIKED: Final = 2000
_LIKES: Final = 4000
_ROUNDS: Final = 5

_LOAD_LIKES: Final = """
    INSERT INTO likes (user_id, post_id, liked_at)
    SELECT %(reader)s, id, shared_at FROM posts ORDER BY random() LIMIT %(many)s
"""
_INDEX: Final = "CREATE INDEX likes_of_user ON likes (user_id, liked_at DESC) INCLUDE (post_id)"


async def measure() -> Sequence[Line]:
    """Give the lines of the ranked feed: 200 followees, 2,000 own likes, 200 candidates."""
    async with staged() as stage:
        load_people(stage.connection, _PEOPLE)
        load_posts(stage.connection, 1, _POSTS, _PEOPLE)
        reader = stage.people(_PEOPLE)[-1]
        load_follows(stage.connection, reader, _FOLLOWED)
        stage.connection.execute(_LOAD_LIKES, {"reader": reader, "many": _LIKED})
        settle(stage.connection)
        return [
            _scoring(),
            *await _pages(stage, reader),
            await _visits(stage, reader),
            await _index(stage),
        ]


def _scoring() -> Line:
    """Rank 200 candidates of 50 authors: the policy alone."""
    rules, now = RankRules(), 1_710_000_000_000
    candidates = [
        Candidate(
            position=Position(now - 60_000 * number, uuid4()),
            author=UserId(UUID(int=number % 50)),
            likes=number * 7 % 100,
            strength=number % 9,
        )
        for number in range(rules.candidates)
    ]
    times = []
    for _ in range(_TIMED):
        begun = time.perf_counter()
        ranked(candidates, rules, now)
        times.append((time.perf_counter() - begun) * 1000)
    return Line(what="ranking 200 candidates", ours=statistics.median(times), unit="ms")


def _services(stage: Stage) -> Services:
    """Give the use cases with timelines and a cache, in the memory of this process."""
    clock = SystemClock()
    ids = UuidV7Generator(clock)
    stores = TimelineFamily(
        timelines=InMemoryTimelineStore(clock),
        authors=InMemoryAuthorTimeline(clock),
        cache=InMemoryFeedCache(clock),
    )
    family = postgres_family(stage.database, clock, ids)
    ports = InMemorySystem.new(clock, SECRET.encode()).ports
    return assemble(attrs.evolve(ports, relational=family, timelines=stores))


async def _pages(stage: Stage, reader: UserId) -> list[Line]:
    feed = _services(stage).feed
    await feed.home.page(reader, None, _PAGE)
    await feed.rebuilds.idle()  # from here on both read the timeline
    by_time = await _timed(lambda: feed.home.page(reader, None, _PAGE))
    first = await _timed(lambda: feed.ranked.page(reader, None, _PAGE))
    after = (await feed.ranked.page(reader, None, _PAGE)).next
    second = await _timed(lambda: feed.ranked.page(reader, after, _PAGE))
    statements = await stage.recorded(feed.ranked.page(reader, None, _PAGE))
    stage.database.statements.clear()
    return [
        Line(
            what="first page, ranked / by time",
            ours=first,
            floor=by_time,
            unit="ms",
            note=f"{len(statements)} statements",
        ),
        Line(what="second page, ranked / first by time", ours=second, floor=by_time, unit="ms"),
    ]


async def _visits(stage: Stage, reader: UserId) -> Line:
    """Show profiles, the visit to each recorded beside the answer, and profiles without visits."""
    profiles, visits = stage.services.graph.profiles, stage.services.feed.visits
    noticed, unnoticed = list[float](), list[float]()
    for number, person in enumerate(stage.people(_PEOPLE - 1)):
        begun = time.perf_counter()
        profile = await profiles.profile(reader, person)
        if number % 2:
            visits.seen(reader, profile.user.id)
        took = (time.perf_counter() - begun) * 1000
        (noticed if number % 2 else unnoticed).append(took)
        await visits.idle()
    stage.database.statements.clear()
    return Line(
        what="profile, its visit recorded / not",
        ours=statistics.median(noticed),
        floor=statistics.median(unnoticed),
        unit="ms",
        note="one statement behind it, once an hour for each pair",
    )


async def _timed(work: Callable[[], Awaitable[object]]) -> float:
    times = []
    for _ in range(_TIMED):
        begun = time.perf_counter()
        await work()
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)


async def _index(stage: Stage) -> Line:
    """Like with an index of a person's newest likes, which affinities do without, and without."""
    people = stage.people(_PEOPLE)
    rows = stage.connection.execute("SELECT id FROM posts ORDER BY shared_at DESC").fetchall()
    posts = iter([PostId(row[0]) for row in rows])
    with_index, without = [], []
    for _ in range(_ROUNDS):
        without.append(await _liking(stage, people, posts))
        stage.connection.execute(_INDEX)
        with_index.append(await _liking(stage, people, posts))
        stage.connection.execute("DROP INDEX likes_of_user")
    rates = [statistics.median(rate for rate, _ in runs) for runs in (with_index, without)]
    logged = [statistics.median(size for _, size in runs) for runs in (with_index, without)]
    return Line(
        what="likes, with an index by person and time / without",
        ours=rates[0],
        floor=rates[1],
        unit="likes/s",
        note=f"{logged[0]:.0f} and {logged[1]:.0f} bytes of log a like; affinities need none",
    )


async def _liking(
    stage: Stage, people: Sequence[UserId], posts: Iterator[PostId]
) -> tuple[float, float]:
    """Give likes a second, and bytes of write-ahead log a like."""
    pairs = [(user, post) for post in [next(posts) for _ in range(10)] for user in people]
    many, queue = len(pairs[:_LIKES]), iter(pairs[:_LIKES])
    # Whole pages are logged after a checkpoint: let none come between.
    stage.connection.execute("CHECKPOINT")
    begun_at = _logged(stage)

    async def work() -> None:
        for user, post in queue:
            await stage.services.likes.like(user, post)

    begun = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(8)))
    stage.database.statements.clear()
    rate = many / (time.perf_counter() - begun)
    return rate, (_logged(stage) - begun_at) / many


def _logged(stage: Stage) -> int:
    row = stage.connection.execute("SELECT pg_current_wal_insert_lsn() - '0/0'").fetchone()
    assert row is not None
    return int(row[0])
