"""What a page of the truth costs as followees and posts grow: read without any timeline."""

import statistics
import time
from collections.abc import Sequence
from typing import Final

from benchmarks.data import load_follows, load_people, load_posts, settle
from benchmarks.report import Line
from benchmarks.stage import Stage, staged
from instagram_core.accounts.model import UserId

_PAGE: Final = 20
_FOLLOWED: Final = (10, 100, 1000, 5000)
_POSTS: Final = (10_000, 100_000, 1_000_000)
_TIMED: Final = 60


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
        page = await stage.services.feed.home.page(reader, after, _PAGE)
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
        await stage.services.feed.home.page(reader, None, _PAGE)
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)
