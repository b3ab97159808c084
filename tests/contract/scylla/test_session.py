"""Statements on their way to Cassandra."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final
from uuid import uuid4

import attrs
import pytest

from instagram_core.kernel.errors import AdapterClosed, AdapterUnavailable
from instagram_core.kernel.guard import Guard
from instagram_scylla.session import ScyllaSession
from instagram_scylla.statements import Reading, Statement
from tests.contract.scylla.opening import shared
from tests.loops import OnLoop

_PUT: Final = Statement(
    "INSERT INTO author_timelines (author, floor, filling) VALUES (?, ?, ?)", is_idempotent=True
)
_GET: Final = Statement(
    "SELECT floor, filling FROM author_timelines WHERE author = ?", is_idempotent=True
)
_GET_SERIAL: Final = attrs.evolve(_GET, reading=Reading.SERIAL)


class Counting(Guard):
    """Counts the exchanges it was put around."""

    entered = 0

    def __call__(self) -> AbstractAsyncContextManager[None]:
        """Give a block that counts."""
        return self._counted()

    @asynccontextmanager
    async def _counted(self) -> AsyncIterator[None]:
        self.entered += 1
        yield


def test_what_is_not_given_stays_as_it_is(on_loop: OnLoop) -> None:
    """A null would be a tombstone, and would take away what another wrote."""

    async def run() -> None:
        async with ScyllaSession.open(shared()) as session:
            author = uuid4()
            await session.execute(_PUT, author, b"floor", "filling")
            await session.execute(_PUT, author, None, "another")
            for reading in (_GET, _GET_SERIAL):
                assert await session.execute(reading, author) == [(b"floor", "another")]

    on_loop(run())


def test_answers_come_in_the_order_of_what_was_asked(on_loop: OnLoop) -> None:
    """Many statements at once, more than may be on their way, are one exchange."""

    async def run() -> None:
        guard, settings = Counting(), attrs.evolve(shared(), in_flight=8)
        async with ScyllaSession.open(settings, guard) as session:
            authors = [uuid4() for _ in range(100)]
            await session.execute_all(_PUT, [(one, one.bytes, "") for one in authors])
            found = await session.execute_all(_GET, [(one,) for one in authors])
            assert [[(one.bytes, "")] for one in authors] == found
            assert guard.entered == 2

    on_loop(run())


def test_too_many_callers_are_refused_and_the_others_served(on_loop: OnLoop) -> None:
    """Whoever cannot be served in time is told so at once."""

    async def run() -> None:
        settings = attrs.evolve(shared(), in_flight=2, waiting=3)
        async with ScyllaSession.open(settings) as session:
            await session.ping()
            calls = [session.execute(_GET, uuid4()) for _ in range(20)]
            outcomes = await asyncio.gather(*calls, return_exceptions=True)
            refused = [one for one in outcomes if isinstance(one, AdapterUnavailable)]
            assert outcomes.count([]) + len(refused) == 20
            assert outcomes.count([]) >= 5
            assert {"too many statements wait for Cassandra"} == {str(one) for one in refused}
            assert await session.execute(_GET, uuid4()) == []

    on_loop(run())


def test_a_missing_table_names_the_command_that_makes_it() -> None:
    """And is found as soon as it is there, so nothing has to be restarted."""

    async def run() -> None:
        async with ScyllaSession.open(shared()) as session:
            missing = Statement("SELECT a FROM nothing_here WHERE a = ?", is_idempotent=True)
            for _ in range(2):
                with pytest.raises(AdapterUnavailable, match="instagram migrate"):
                    await session.execute(missing, 1)

    asyncio.run(run())


def test_a_missing_keyspace_names_the_command_that_makes_it() -> None:
    """Nobody can connect to it, but everybody can be told why."""

    async def run() -> None:
        settings = attrs.evolve(shared(), keyspace="never_made")
        async with ScyllaSession.open(settings) as session:
            with pytest.raises(AdapterUnavailable, match="instagram migrate"):
                await session.ping()

    asyncio.run(run())


def test_nobody_there_refuses_at_once() -> None:
    """Once the first attempt has failed no call waits for another one."""

    async def run() -> None:
        settings = attrs.evolve(shared(), hosts=(("127.0.0.1", 1),))
        async with ScyllaSession.open(settings) as session:
            with pytest.raises(AdapterUnavailable, match="refused"):
                await session.ping()
            began = time.monotonic()
            for _ in range(50):
                with pytest.raises(AdapterUnavailable, match="refused"):
                    await session.ping()
            assert time.monotonic() - began < settings.statement_seconds

    asyncio.run(run())


def test_closing_while_connecting_ends_both() -> None:
    """A process may be told to stop before it has begun."""

    async def run() -> None:
        async with ScyllaSession.open(shared()) as session:
            await session.close()
            with pytest.raises(AdapterClosed):
                await session.ping()

    asyncio.run(run())
