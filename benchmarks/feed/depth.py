"""What makes a page dearer: stars who are pulled, and how deep one reads.

In the service, over its real stores, one page after another, no page being kept. Two readers of
equal homes: one follows 20 pulled stars and 1,000 people who are pushed, the other 1,020 who are
pushed. Both read the first page of 20 in turns, 300 times; medians. Whoever reads all the time
finds the stars' posts held by the process; the line after it has them read anew at each read, as
for the first reader of a second. Then one reader reads page 1 and page 100 in turns.
"""

import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from benchmarks.feed import crowd
from benchmarks.feed.arena import Arena
from benchmarks.feed.crossed import cross
from benchmarks.feed.figures import at_most_of_floor, judged
from benchmarks.feed.warm import rebuilt
from benchmarks.report import Line
from instagram_core.accounts.model import UserId
from instagram_core.feed.service import HomeFeed
from instagram_core.feed.service.pulling import PulledAuthors
from instagram_core.kernel.paging import Position

_PUSHED: Final = range(1, 1_021)
_STARS: Final = range(2_001, 2_021)
_FANS: Final = range(3_001, 3_061)
_MIXED: Final = 4_001
_PLAIN: Final = 4_002
_THRESHOLD: Final = 50
_POSTS: Final = 10_400
_TIMES: Final = 300
_PAGE: Final = 20
_DEEP: Final = 100


async def measure(arena: Arena) -> Sequence[Line]:
    """Give the lines of stars and of depth."""
    _fill(arena)
    mixed, plain = crowd.person_id(_MIXED), crowd.person_id(_PLAIN)
    settings = {"feed_push_threshold": _THRESHOLD, "feed_cache_seconds": 0}
    async with arena.opened(settings) as application:
        stars = [crowd.person_id(each) for each in _STARS]
        await cross(application, arena.connection, stars, _THRESHOLD)
        for reader in (mixed, plain):
            await rebuilt(application, reader)
        home = application.services.feed.home

        async def read_mixed() -> None:
            assert len((await home.page(mixed, None, _PAGE)).items) == _PAGE

        async def read_plain() -> None:
            assert len((await home.page(plain, None, _PAGE)).items) == _PAGE

        held = await _in_turns(read_mixed, read_plain)
        seconds, PulledAuthors.HELD_SECONDS = PulledAuthors.HELD_SECONDS, -1.0
        try:
            anew = await _in_turns(read_mixed, read_plain)
        finally:
            PulledAuthors.HELD_SECONDS = seconds
        deep = await _deep(home, plain)
    return [
        _compared("20 pulled stars and 1,000 pushed / 1,020 pushed", held, 1.3),
        _compared("the same, the stars read anew each time", anew, 1.3),
        _compared(f"page {_DEEP} / page 1", deep, 1.5),
    ]


def _compared(what: str, times: tuple[float, float], most: float) -> Line:
    ours, floor = times
    return judged(what, at_most_of_floor(most), ours=ours, floor=floor, unit="ms a page")


def _fill(arena: Arena) -> None:
    connection = arena.connection
    crowd.load_people(connection, [*_PUSHED, *_STARS, *_FANS, _MIXED, _PLAIN])
    follows = [(fan, star) for fan in _FANS for star in _STARS]
    follows += [(_PLAIN, each) for each in _PUSHED]
    follows += [(_MIXED, each) for each in (*_PUSHED[:1_000], *_STARS)]
    crowd.load_follows(connection, follows)
    # In turns, and a star for each of the twenty whom only one of the readers follows.
    home = [*_PUSHED, *_STARS]
    crowd.load_posts(connection, [(n, home[(n * 7919) % len(home)]) for n in range(1, _POSTS + 1)])
    crowd.settle(connection)


async def _deep(home: HomeFeed, reader: UserId) -> tuple[float, float]:
    after: Position | None = None
    for _ in range(_DEEP - 1):
        page = await home.page(reader, after, _PAGE)
        after = page.next
    assert after is not None

    async def read_deep() -> None:
        assert len((await home.page(reader, after, _PAGE)).items) == _PAGE

    async def read_first() -> None:
        assert len((await home.page(reader, None, _PAGE)).items) == _PAGE

    return await _in_turns(read_deep, read_first)


async def _in_turns(
    one: Callable[[], Awaitable[None]], other: Callable[[], Awaitable[None]]
) -> tuple[float, float]:
    """Give the median milliseconds of each, after some that are not counted."""
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(_TIMES + 20):
        for read, taken in zip((one, other), times, strict=True):
            begun = time.perf_counter()
            await read()
            if turn >= 20:
                taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times[0]), statistics.median(times[1])
