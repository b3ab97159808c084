"""Statements over a pool whose server is slow, full, restarted, frozen or away."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import attrs
import psycopg
import pytest

from instagram_core.kernel.errors import AdapterClosed, AdapterUnavailable
from instagram_postgres.database import PostgresDatabase
from instagram_postgres.pool import PoolSettings
from instagram_postgres.transaction import PostgresTransaction
from tests.servers.postgres import Databases, LocalServer

QUICK = PoolSettings(size=2, waiting=1, checkout_seconds=0.3, statement_seconds=0.3)

# Fails in a given way at its first call, told apart by a sequence, which no rollback takes back.
FAILING = """
    CREATE SEQUENCE calls;
    CREATE FUNCTION fail_with(state text) RETURNS bigint LANGUAGE plpgsql AS $$
    DECLARE
        call bigint := nextval('calls');
    BEGIN
        IF call = 1 AND state = 'lost' THEN
            PERFORM pg_terminate_backend(pg_backend_pid());
        ELSIF call = 1 THEN
            RAISE EXCEPTION 'first call' USING ERRCODE = state;
        END IF;
        RETURN call;
    END
    $$
"""
FAIL = "SELECT fail_with(%(state)s)"


@asynccontextmanager
async def failing(databases: Databases) -> AsyncIterator[PostgresDatabase]:
    """Give a database whose function fails once."""
    url = await databases.fresh(migrated=False)
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute(FAILING)
    async with PostgresDatabase.open(url, QUICK) as database:
        yield database


async def calls(database: PostgresDatabase) -> int:
    """Give how often the function was called."""
    row = await database.fetch_one("SELECT last_value FROM calls")
    assert row is not None
    return int(row[0])


async def test_a_deadlock_is_tried_again(databases: Databases) -> None:
    """Once: the server rolled the statement back and said so, whatever it was."""
    async with failing(databases) as database:
        assert await database.fetch(FAIL, {"state": "40P01"}) == [(2,)]


async def test_a_deadlock_in_a_transaction_is_not(databases: Databases) -> None:
    """What came before in the transaction is gone with it."""
    async with failing(databases) as database:
        with pytest.raises(AdapterUnavailable):
            async with PostgresTransaction(database)():
                await database.fetch(FAIL, {"state": "40P01"}, repeatable=True)
        assert await calls(database) == 1


async def test_a_lost_connection_is_replaced_for_what_may_repeat(databases: Databases) -> None:
    """A read runs again; a write whose outcome is unknown does not."""
    async with failing(databases) as database:
        assert await database.fetch(FAIL, {"state": "lost"}, repeatable=True) == [(2,)]
    async with failing(databases) as database:
        with pytest.raises(AdapterUnavailable):
            await database.fetch(FAIL, {"state": "lost"})
        assert await calls(database) == 1


async def test_a_full_disk_is_not_tried_again(databases: Databases) -> None:
    """It would be as full a moment later."""
    async with failing(databases) as database:
        with pytest.raises(AdapterUnavailable):
            await database.fetch(FAIL, {"state": "53100"}, repeatable=True)
        assert await calls(database) == 1


async def test_a_slow_statement_is_ended_once(databases: Databases) -> None:
    """Within its time, and nobody pays it twice."""
    async with failing(databases) as database:
        began = time.monotonic()
        with pytest.raises(AdapterUnavailable):
            await database.fetch("SELECT pg_sleep(5)", repeatable=True)
        assert 0.25 < time.monotonic() - began < 1.5


async def test_a_connection_cut_while_idle_is_never_used(databases: Databases) -> None:
    """Also what must not run twice succeeds: it was not sent over the dead connection."""
    url = await databases.fresh(migrated=False)
    async with PostgresDatabase.open(url, QUICK) as database:
        await database.execute("CREATE SEQUENCE calls")
        for number in range(1, 5):
            await asyncio.gather(*(database.fetch("SELECT 1") for _ in range(2)))
            async with databases.outage(url):
                pass
            assert await database.fetch("SELECT nextval('calls')") == [(number,)]


async def test_an_exhausted_pool_refuses_in_time(databases: Databases) -> None:
    """One waits its second, a second one is refused at once, and all is well afterwards."""
    async with failing(databases) as database:
        async with database.connection(), database.connection():
            began = time.monotonic()
            waiting = asyncio.create_task(database.fetch("SELECT 1"))
            await asyncio.sleep(0)
            with pytest.raises(AdapterUnavailable):
                await database.fetch("SELECT 1")
            assert time.monotonic() - began < 0.2
            with pytest.raises(AdapterUnavailable):
                await waiting
            assert 0.25 < time.monotonic() - began < 1
        results = await asyncio.gather(*(database.fetch("SELECT 1") for _ in range(3)))
        assert results == [[(1,)]] * 3


async def test_use_before_opening_and_after_closing_says_so(databases: Databases) -> None:
    """AdapterClosed, not an error of the server."""
    database = PostgresDatabase(await databases.fresh(migrated=False))
    with pytest.raises(AdapterClosed):
        await database.fetch("SELECT 1")
    await database.start()
    await database.close()
    with pytest.raises(AdapterClosed):
        await database.fetch("SELECT 1")


async def test_a_server_that_starts_later_is_found(lone_server: LocalServer) -> None:
    """The process starts without it and refuses until it is there."""
    lone_server.kill()
    async with PostgresDatabase.open(lone_server.url, QUICK) as database:
        with pytest.raises(AdapterUnavailable):
            await database.fetch("SELECT 1")
        lone_server.restart()
        assert await _back(database) < 5


async def test_a_server_that_was_killed_is_found_again(lone_server: LocalServer) -> None:
    """Also after an outage longer than the pool tries by itself."""
    async with PostgresDatabase.open(lone_server.url, QUICK) as database:
        await asyncio.gather(*(database.fetch("SELECT 1") for _ in range(2)))
        lone_server.kill()
        gone = time.monotonic()
        while time.monotonic() - gone < 3.7:
            with pytest.raises(AdapterUnavailable):
                await database.fetch("SELECT 1", repeatable=True)
        lone_server.restart()
        assert await _back(database) < 2
        results = await asyncio.gather(*(database.fetch("SELECT 1") for _ in range(3)))
        assert results == [[(1,)]] * 3


async def test_a_frozen_server_is_given_up(lone_server: LocalServer) -> None:
    """It cannot end its statements itself, and is not asked twice; when it goes on, so do we."""
    settings = attrs.evolve(QUICK, statement_seconds=0.6)
    async with PostgresDatabase.open(lone_server.url, settings) as database:
        await asyncio.gather(*(database.fetch("SELECT 1") for _ in range(2)))
        lone_server.freeze()
        try:
            began = time.monotonic()
            with pytest.raises(AdapterUnavailable):
                await database.fetch("SELECT 1", repeatable=True)
            assert 1 < time.monotonic() - began < 2.1
        finally:
            lone_server.thaw()
        assert await _back(database) < 5


async def _back(database: PostgresDatabase) -> float:
    began = time.monotonic()
    while True:
        try:
            await database.fetch("SELECT 1")
        except AdapterUnavailable:
            await asyncio.sleep(0.01)
        else:
            return time.monotonic() - began


async def test_no_connection_is_lost_by_callers_that_are_cancelled_twice(
    databases: Databases,
) -> None:
    """As when a client hangs up while its request, which took too long, is being cleaned up."""
    choose = random.Random(1)
    url = await databases.fresh(migrated=False)
    async with PostgresDatabase.open(url, PoolSettings(size=3)) as database:

        async def cancelled_twice(number: int) -> None:
            working = asyncio.create_task(_work(database, in_transaction=number % 2 == 0))
            for _ in range(choose.randrange(12)):
                await asyncio.sleep(0)
            working.cancel()
            await asyncio.sleep(0)
            working.cancel()
            await asyncio.wait([working])

        for _ in range(20):
            await asyncio.gather(*map(cancelled_twice, range(30)))

        everybody = asyncio.Barrier(3)
        await asyncio.gather(*(_meet(database, everybody) for _ in range(3)))


async def _work(database: PostgresDatabase, *, in_transaction: bool) -> None:
    if not in_transaction:
        await database.fetch("SELECT pg_sleep(0.001)")
        return
    async with database.begin():
        await database.fetch("SELECT pg_sleep(0.001)")


async def _meet(database: PostgresDatabase, everybody: asyncio.Barrier) -> None:
    async with database.begin(), asyncio.timeout(5):
        await everybody.wait()
