"""Cassandra killed, frozen, late and back, with processes that go on meanwhile."""

import asyncio
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from uuid import uuid4

import pytest

from instagram_core.accounts.model import UserId
from instagram_core.kernel.clock import SystemClock
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_scylla.authors import ScyllaAuthorTimeline
from instagram_scylla.connection import ScyllaSettings
from instagram_scylla.session import ScyllaSession
from tests.contract.scylla.opening import (
    durable,
    durable_server,
    outage,
    shared,
    until_it_answers,
)
from tests.contract.scylla.writing import numbered

RETURN_SECONDS = 5.0
"""Within which a server that is back must be in use again."""


def test_two_processes_lose_none_of_each_others_posts() -> None:
    """All of them add to one list at once."""

    async def run() -> None:
        author = UserId(uuid4())
        async with ScyllaSession.open(shared()) as session:
            store = await _begun(session, author)
            writers = [await _writer(shared(), author, first, 40) for first in (0, 40)]
            for writer in writers:
                assert await writer.wait() == 0
            assert await _numbers(store, author) == set(range(80))

    asyncio.run(run())


def test_a_server_that_was_killed_is_taken_up_again_and_lost_no_acknowledged_post() -> None:
    """By who was connected, prepared statements and all, and by who came while it was away."""

    async def run() -> None:
        author = UserId(uuid4())
        async with ScyllaSession.open(durable()) as session, AsyncExitStack() as stack:
            store = await _begun(session, author)
            writer = await _writer(durable(), author, 0, 80)
            assert writer.stdout is not None
            for _ in range(30):
                await writer.stdout.readline()
            async with outage():
                late = await stack.enter_async_context(ScyllaSession.open(durable()))
                with pytest.raises(AdapterUnavailable):
                    await late.ping()
            async with asyncio.timeout(RETURN_SECONDS):
                await asyncio.gather(until_it_answers(session), until_it_answers(late))
            assert await writer.wait() == 0
            assert await _numbers(store, author) == set(range(80))

    asyncio.run(run())


def test_a_frozen_server_costs_a_deadline_and_no_more() -> None:
    """Calls fail in time while it is frozen, and succeed soon after it goes on."""

    async def run() -> None:
        settings, (node,) = durable(), durable_server().nodes
        async with ScyllaSession.open(settings) as session:
            await session.ping()
            node.freeze()
            try:
                for _ in range(3):  # long enough for heartbeats to declare the node dead
                    took = await _time_to_fail(session, 50)
                    assert took < 2 * settings.statement_seconds, (
                        "a call waited for a timeout twice"
                    )
            finally:
                node.thaw()
            async with asyncio.timeout(RETURN_SECONDS):
                await until_it_answers(session)

    asyncio.run(run())


async def _time_to_fail(session: ScyllaSession, calls: int) -> float:
    began = time.monotonic()
    outcomes = await asyncio.gather(*(session.ping() for _ in range(calls)), return_exceptions=True)
    assert {AdapterUnavailable} == {type(one) for one in outcomes}
    return time.monotonic() - began


async def _begun(session: ScyllaSession, author: UserId) -> ScyllaAuthorTimeline:
    store = ScyllaAuthorTimeline(session, SystemClock())
    token = await store.begin(author)
    assert token is not None
    assert await store.fill(author, token, [], None)
    return store


async def _numbers(store: ScyllaAuthorTimeline, author: UserId) -> set[int]:
    entries = (await store.recent([author], None, 1000))[author].entries
    assert list(entries) == [numbered(author, number) for number in _descending(entries)]
    return {entry.post_id.int for entry in entries}


def _descending(entries: Sequence[object]) -> range:
    return range(len(entries) - 1, -1, -1)


async def _writer(
    settings: ScyllaSettings, author: UserId, first: int, count: int
) -> asyncio.subprocess.Process:
    host, port = settings.hosts[0]
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.contract.scylla.writing"),
        *(f"{host}:{port}", settings.keyspace, str(author), str(first), str(count)),
        stdout=asyncio.subprocess.PIPE,
    )
