"""Statements through the adapter's session beside the driver's own ways, on one local node.

The floor is `execute_concurrent_with_args` of the driver, which is quicker than its sessions
called by threads. Both prepare once, read at the same consistency and give tuples.
"""

import asyncio
import itertools
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final
from uuid import UUID, uuid4

from cassandra.cluster import Session
from cassandra.concurrent import execute_concurrent_with_args
from cassandra.query import PreparedStatement

from benchmarks.report import Line
from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry
from instagram_core.kernel.clock import SystemClock
from instagram_core.kernel.paging import Position
from instagram_scylla.authors import ScyllaAuthorTimeline
from instagram_scylla.connection import ScyllaSettings, connect
from instagram_scylla.schema import Migration, ScyllaSchema
from instagram_scylla.session import ScyllaSession
from instagram_scylla.statements import Statement
from tests.servers.cassandra import cassandra

_ROUNDS: Final = 3
_CALLERS: Final = 100
_INSERTS: Final = 4000
_PAGES: Final = 1500
_ALONE: Final = 200
_PAGE: Final = 50
_AUTHORS: Final = 100
_POSTS: Final = 500
_TABLE: Final = """
    CREATE TABLE IF NOT EXISTS rows_of_pages (
        page uuid, at bigint, body text, PRIMARY KEY (page, at)
    ) WITH CLUSTERING ORDER BY (at DESC)
"""
_INSERT: Final = Statement(
    "INSERT INTO rows_of_pages (page, at, body) VALUES (?, ?, ?)", is_idempotent=True
)
_READ: Final = Statement(
    f"SELECT at, body FROM rows_of_pages WHERE page = ? AND at < ? LIMIT {_PAGE}",  # noqa: S608
    is_idempotent=True,
)
_AUTHOR: Final = Statement(
    "SELECT positions, floor, filling, valid_until FROM author_timelines WHERE author = ?",
    is_idempotent=True,
)
_Values = Sequence[tuple[object, ...]]


async def measure() -> list[Line]:
    """Give statements per second, ours and bare, in turns on one keyspace."""
    node = cassandra()
    settings = ScyllaSettings(hosts=node.hosts, keyspace=node.keyspace(), statement_seconds=10)
    own = ScyllaSchema(settings).migrations
    table = Migration(version=len(own) + 1, name="rows_of_pages", cql=_TABLE)
    await ScyllaSchema(settings, [*own, table]).apply()
    cluster, bare = await asyncio.to_thread(connect, settings, settings.keyspace)
    try:
        async with ScyllaSession.open(settings) as ours:
            return [*await _statements(ours, bare), *await _authors(ours, bare)]
    finally:
        cluster.shutdown()


async def _statements(ours: ScyllaSession, bare: Session) -> list[Line]:
    page, numbers = uuid4(), itertools.count(1)
    lines = []
    for what, statement, values, count in (
        ("inserts", _INSERT, lambda: (uuid4(), 1, "x" * 200), _INSERTS),
        ("rows into one page", _INSERT, lambda: (page, next(numbers), "x" * 200), _INSERTS),
        ("pages of 50 rows", _READ, lambda: (page, _PAGE + next(numbers) % 2000), _PAGES),
    ):
        lines += await _compared(ours, bare, what, statement=statement, values=values, count=count)
    return lines


async def _compared(
    ours: ScyllaSession,
    bare: Session,
    what: str,
    *,
    statement: Statement,
    values: Callable[[], tuple[object, ...]],
    count: int,
) -> list[Line]:
    prepared = await asyncio.to_thread(bare.prepare, statement.cql)
    rates: dict[str, list[float]] = {name: [] for name in ("ours", "bare", "our 1", "bare 1")}
    for _ in range(_ROUNDS):
        many = [values() for _ in range(count)]
        rates["bare"].append(
            await _rate(count, asyncio.to_thread(_bare, bare, prepared, many, 100))
        )
        rates["ours"].append(await _rate(count, _by_callers(ours, statement, many, _CALLERS)))
        few = [values() for _ in range(_ALONE)]
        rates["bare 1"].append(await _rate(_ALONE, asyncio.to_thread(_alone, bare, prepared, few)))
        rates["our 1"].append(await _rate(_ALONE, _by_callers(ours, statement, few, 1)))
    middle = {name: statistics.median(found) for name, found in rates.items()}
    return [
        Line(
            what=f"{what}, {_CALLERS} callers", ours=middle["ours"], floor=middle["bare"], unit="/s"
        ),
        Line(what=f"{what}, one by one", ours=middle["our 1"], floor=middle["bare 1"], unit="/s"),
    ]


async def _authors(ours: ScyllaSession, bare: Session) -> list[Line]:
    store = ScyllaAuthorTimeline(ours, SystemClock())
    authors = [UserId(uuid4()) for _ in range(_AUTHORS)]
    await asyncio.gather(*(_fill(store, author) for author in authors))
    prepared = await asyncio.to_thread(bare.prepare, _AUTHOR.cql)
    asked = [(author,) for author in authors]
    reads: dict[str, list[float]] = {"ours": [], "bare": []}
    for _ in range(_ROUNDS * 5):
        reads["bare"].append(await _rate(1, asyncio.to_thread(_bare, bare, prepared, asked, 100)))
        reads["ours"].append(await _rate(1, store.recent(authors, None, 20)))
    additions = [
        await _rate(_AUTHORS, asyncio.gather(*(store.add(_post(one, _POSTS)) for one in authors)))
    ]
    return [
        Line(
            what=f"feeds of {_AUTHORS} authors of {_POSTS} posts",
            ours=statistics.median(reads["ours"]),
            floor=statistics.median(reads["bare"]),
            unit="/s",
        ),
        Line(what="posts added to lists", ours=additions[0], unit="/s", note="two hops each"),
    ]


async def _fill(store: ScyllaAuthorTimeline, author: UserId) -> None:
    token = await store.begin(author)
    assert token is not None
    await store.fill(author, token, [_post(author, number) for number in range(_POSTS)], None)


def _post(author: UserId, number: int) -> FeedEntry:
    return FeedEntry(position=Position(number, UUID(int=number)), author_id=author)


async def _by_callers(
    session: ScyllaSession, statement: Statement, many: _Values, callers: int
) -> None:
    left = iter(many)

    async def caller() -> None:
        for values in left:
            await session.execute(statement, *values)

    await asyncio.gather(*(caller() for _ in range(callers)))


def _bare(session: Session, prepared: PreparedStatement, many: _Values, concurrency: int) -> None:
    for found in execute_concurrent_with_args(session, prepared, many, concurrency=concurrency):
        assert found.success


def _alone(session: Session, prepared: PreparedStatement, many: _Values) -> None:
    for values in many:
        session.execute(prepared, values)


async def _rate(count: int, work: Awaitable[Any]) -> float:
    began = time.perf_counter()
    await work
    return count / (time.perf_counter() - began)
