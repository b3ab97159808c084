"""The memory that timelines take: full ones of 500, made by the app and copied on the server.

With Valkey: the growth of `used_memory` over 2,000 timelines, keys and all, for each entry.
Without: the growth of the process over 500 timelines whose entries are values of their own, as
after rebuilds; entries that were pushed are shared between timelines and take less.
"""

import gc
from collections.abc import Sequence
from typing import Final

import psutil  # type: ignore[import-untyped]

from benchmarks.feed import crowd
from benchmarks.feed.arena import NEVER_PULLED, Arena, used_memory
from benchmarks.feed.figures import below, judged
from benchmarks.feed.warm import multiplied, rebuilt
from benchmarks.report import Line
from instagram_core.feed.model import FeedEntry, HomeSnapshot
from instagram_core.kernel.clock import SystemClock
from instagram_core.kernel.paging import Position
from instagram_core.memory.feed.timelines import InMemoryTimelineStore

_CAP: Final = 500
_READERS: Final = 2_000
_IN_MEMORY: Final = 500
_LIMIT: Final = 60.0


async def measure(arena: Arena) -> Sequence[Line]:
    """Give the memory of an entry, and of a million readers."""
    each = await (_in_process() if arena.valkey is None else _in_valkey(arena))
    million = each * _CAP * 1_000_000 / 1e9
    return [
        judged("memory of a timeline's entry", below(_LIMIT), ours=each, unit="bytes"),
        Line(what="memory of a million readers at cap 500", ours=million, unit="GB"),
    ]


async def _in_valkey(arena: Arena) -> float:
    author, model, *others = range(1, _READERS + 3)
    crowd.load_people(arena.connection, [author, model])
    crowd.load_follows(arena.connection, [(model, author)])
    crowd.load_posts(arena.connection, [(n, author) for n in range(1, _CAP + 101)])
    crowd.settle(arena.connection)
    async with arena.opened({"feed_push_threshold": NEVER_PULLED}) as application:
        await rebuilt(application, crowd.person_id(model))
    async with arena.connected() as client:
        before = await used_memory(client)
        copies = [crowd.person_id(each) for each in others]
        await multiplied(client, crowd.person_id(model), copies)
        return (await used_memory(client) - before) / len(others) / _CAP


async def _in_process() -> float:
    store, process = InMemoryTimelineStore(SystemClock()), psutil.Process()
    gc.collect()
    before = process.memory_info().rss
    for reader in range(_IN_MEMORY):
        person = crowd.person_id(reader)
        token = await store.begin(person)
        assert token is not None
        entries = tuple(_entry(n) for n in range(_CAP, 0, -1))
        await store.finish(person, token, HomeSnapshot(entries=entries, floor=_entry(0).position))
    gc.collect()
    return float(process.memory_info().rss - before) / _IN_MEMORY / _CAP


def _entry(number: int) -> FeedEntry:
    position = Position(crowd.shared_at(number), crowd.post_id(number))
    return FeedEntry(position=position, author_id=crowd.person_id(number % 50))
