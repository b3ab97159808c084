"""What a read costs as the users grow from a thousand to a million.

Everybody follows three others and has shared one post. At each size 200 readers come anew, who
follow 100 people each out of all, and read the first page of 20 in the service, no page being kept:
from their timelines in the store, and from the truth alone. Each read is followed by one of the
same kind among a thousand users, on servers of their own: that is the floor, so that a busy moment
meets both. One after another, five times each, once everybody has read; medians. Loading is not
timed.
"""

import random
import statistics
import time
from collections.abc import Sequence
from typing import Final

from benchmarks.feed import crowd
from benchmarks.feed.arena import NEVER_PULLED, Arena
from benchmarks.feed.arena import arena as another_arena
from benchmarks.feed.figures import at_most, judged, spread
from benchmarks.feed.warm import rebuilt
from benchmarks.report import Line
from instagram_core.accounts.model import UserId
from instagram_core.feed.ports import FollowedPosts
from instagram_core.feed.service import HomeFeed

_SIZES: Final = (1_000, 10_000, 100_000, 1_000_000)
_FOLLOWING: Final = 3
_READERS: Final = 200
_FOLLOWED: Final = 100
_FIRST_READER: Final = 2_000_000
_TIMES: Final = 5
_PAGE: Final = 20
_FLAT: Final = 1.2


async def measure(arena: Arena) -> Sequence[Line]:
    """Give two lines for each size, and how flat they are."""
    lines: list[Line] = []
    ratios: dict[str, list[float]] = {}
    async with another_arena(has_valkey=arena.valkey is not None) as small:
        few = _grow(small, 0, _SIZES[0])
        for step, size in enumerate(_SIZES):
            readers = _grow(arena, step, size)
            for source, (ours, floor) in (await _read(arena, readers, small, few)).items():
                ratios.setdefault(source, []).append(ours / floor)
                what = f"first page among {size:,} users, from {source} / among 1,000"
                note = f"database {_stored(arena):.1f} GB"
                lines.append(Line(what=what, ours=ours, floor=floor, unit="ms", note=note))
    return [*lines, *(_flat(source, found) for source, found in ratios.items())]


def _flat(source: str, ratios: Sequence[float]) -> Line:
    return judged(
        f"greatest / least of these ratios, from {source}",
        at_most(_FLAT),
        ours=spread(ratios),
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


async def _read(
    arena: Arena, readers: Sequence[UserId], small: Arena, few: Sequence[UserId]
) -> dict[str, tuple[float, float]]:
    """Give the median milliseconds of a read here and there, by where pages come from."""
    settings = {"feed_push_threshold": NEVER_PULLED, "feed_cache_seconds": 0}
    async with arena.opened(settings) as here, small.opened(settings) as there:
        for reader in readers:
            await rebuilt(here, reader)
        for reader in few:
            await rebuilt(there, reader)
        pairs = list(zip(readers, few, strict=True))
        return {
            "timelines": await _in_turns(here.services.feed.home, there.services.feed.home, pairs),
            "the truth alone": await _in_turns(
                here.relational.followed_posts, there.relational.followed_posts, pairs
            ),
        }


async def _in_turns(
    here: HomeFeed | FollowedPosts,
    there: HomeFeed | FollowedPosts,
    pairs: Sequence[tuple[UserId, UserId]],
) -> tuple[float, float]:
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(_TIMES + 1):
        for pair in pairs:
            for feed, reader, taken in zip((here, there), pair, times, strict=True):
                begun = time.perf_counter()
                page = await feed.page(reader, None, _PAGE)
                took = time.perf_counter() - begun
                assert len(page.items) == _PAGE
                if turn:
                    taken.append(took * 1000)
    return statistics.median(times[0]), statistics.median(times[1])


def _stored(arena: Arena) -> float:
    sql = "SELECT pg_database_size(current_database()) / 1e9"
    row = arena.connection.execute(sql).fetchone()
    assert row is not None
    return float(row[0])
