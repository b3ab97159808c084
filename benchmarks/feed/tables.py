"""The tables of the home feed, each on servers of its own."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from benchmarks.feed import crowds, depth, first_page, pushing, seeing, size
from benchmarks.feed.arena import Arena, arena
from benchmarks.report import Line

TABLES: Final[Mapping[str, Callable[[Arena], Awaitable[Sequence[Line]]]]] = {
    "pushing": pushing.measure,
    "seeing": seeing.measure,
    "first-page": first_page.measure,
    "depth": depth.measure,
    "size": size.measure,
    "crowds": crowds.measure,
}
METHODS: Final = {
    "pushing": pushing.__doc__,
    "seeing": seeing.__doc__,
    "first-page": first_page.__doc__,
    "depth": depth.__doc__,
    "size": size.__doc__,
    "crowds": crowds.__doc__,
}
PROFILES: Final = ("full", "embedded")


async def measured(table: str, profile: str) -> Sequence[Line]:
    """Give the lines of one table on one profile."""
    async with arena(has_valkey=profile == "full") as place:
        return await TABLES[table](place)


async def measure() -> Sequence[Line]:
    """Give the lines of all tables on both profiles."""
    lines: list[Line] = []
    for profile in PROFILES:
        for table in TABLES:
            lines += await measured(table, profile)
    return lines
