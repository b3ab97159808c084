"""What a read costs as the users grow from a thousand to a million.

Everybody follows three others and has shared one post. At each size 200 readers come anew, who
follow 100 people each out of all, and read the first page of 20 in the service, no page being kept:
from their timelines in the store, and from the truth alone. One after another, five times each;
medians. The growth is from a thousand users on; loading is not timed.
"""

import random
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from benchmarks.feed import crowd
from benchmarks.feed.arena import NEVER_PULLED, Arena
from benchmarks.feed.figures import at_most, judged, spread
from benchmarks.feed.warm import rebuilt
from benchmarks.report import Line
from instagram_core.accounts.model import UserId

_SIZES: Final = (1_000, 10_000, 100_000, 1_000_000)
_FOLLOWING: Final = 3
_READERS: Final = 200
_FOLLOWED: Final = 100
_FIRST_READER: Final = 2_000_000
_TIMES: Final = 5
_PAGE: Final = 20
_FLAT: Final = 1.2


async def measure(arena: Arena) -> Sequence[Line]:
    """Give a line for each size, and how flat they are."""
    timelines: list[float] = []
    truths: list[float] = []
    lines = []
    for step, size in enumerate(_SIZES):
        readers = _grow(arena, step, size)
        timeline, truth = await _read(arena, readers)
        timelines.append(timeline)
        truths.append(truth)
        note = f"{truth:.2f} ms from the truth alone; database {_stored(arena):.1f} GB"
        lines.append(
            Line(what=f"first page among {size:,} users", ours=timeline, unit="ms", note=note)
        )
    return [*lines, _flat("timelines", timelines), _flat("the truth alone", truths)]


def _flat(what: str, times: Sequence[float]) -> Line:
    return judged(
        f"slowest / quickest of these, from {what}",
        at_most(_FLAT),
        ours=spread(times),
        unit="times",
    )


def _grow(arena: Arena, step: int, size: int) -> list[UserId]:
    """Load people, follows and posts up to a size, and readers who are new."""
    connection, draw = arena.connection, random.Random(size)
    before = _SIZES[step - 1] if step else 0
    new = range(before + 1, size + 1)
    readers = range(_FIRST_READER + step * _READERS, _FIRST_READER + (step + 1) * _READERS)
    crowd.load_people(connection, new)
    crowd.load_people(connection, readers)
    crowd.load_follows(
        connection,
        (
            (each, 1 + (each + draw.randrange(1, size // 4) + place * (size // 4)) % size)
            for each in new
            for place in range(_FOLLOWING)
        ),
    )
    crowd.load_follows(
        connection,
        (
            (reader, followed)
            for reader in readers
            for followed in draw.sample(range(1, size + 1), _FOLLOWED)
        ),
    )
    for start in range(new.start, new.stop, 100_000):
        posts = range(start, min(start + 100_000, new.stop))
        crowd.load_posts(connection, [(n, n) for n in posts])
    crowd.settle(connection)
    return [crowd.person_id(each) for each in readers]


async def _read(arena: Arena, readers: Sequence[UserId]) -> tuple[float, float]:
    settings = {"feed_push_threshold": NEVER_PULLED, "feed_cache_seconds": 0}
    async with arena.opened(settings) as application:
        home, store = application.services.feed.home, application.timelines.timelines
        truth = application.relational.followed_posts
        for reader in readers:
            await rebuilt(application, reader)

        async def from_timeline(reader: UserId) -> None:
            assert len((await home.page(reader, None, _PAGE)).items) == _PAGE

        async def from_truth(reader: UserId) -> None:
            assert len((await truth.page(reader, None, _PAGE)).items) == _PAGE

        times = await _median(from_timeline, readers), await _median(from_truth, readers)
        await store.drop(readers)
    return times


async def _median(read: Callable[[UserId], Awaitable[None]], readers: Sequence[UserId]) -> float:
    """Give the median milliseconds of a read, once everybody has read."""
    times = []
    for turn in range(_TIMES + 1):
        for reader in readers:
            begun = time.perf_counter()
            await read(reader)
            if turn:
                times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)


def _stored(arena: Arena) -> float:
    sql = "SELECT pg_database_size(current_database()) / 1e9"
    row = arena.connection.execute(sql).fetchone()
    assert row is not None
    return float(row[0])
