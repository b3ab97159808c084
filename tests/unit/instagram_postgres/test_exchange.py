"""What the guard hears of statements and transactions."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

import pytest

from instagram_core.kernel.errors import AdapterUnavailable, NotFoundError
from instagram_core.kernel.guard import Guard
from instagram_postgres.database import PostgresDatabase
from instagram_postgres.pool import PoolSettings
from instagram_postgres.transaction import PostgresTransaction
from tests.servers.postgres import Databases, LocalServer

QUICK = PoolSettings(size=2, checkout_seconds=0.3, statement_seconds=0.3, lock_seconds=0.1)


class Listening(Guard):
    """Lets everything through, unless told not to, and keeps what it heard."""

    def __init__(self) -> None:
        """Start with nothing heard."""
        self.heard: list[str] = []
        self.is_open = False

    def __call__(self) -> AbstractAsyncContextManager[None]:
        """Give a block that keeps how it ended."""
        return self._block()

    @asynccontextmanager
    async def _block(self) -> AsyncIterator[None]:
        if self.is_open:
            raise AdapterUnavailable("refused by the guard")
        try:
            yield
        except AdapterUnavailable:
            self.heard.append("failed")
            raise
        except asyncio.CancelledError:
            self.heard.append("abandoned")
            raise
        self.heard.append("answered")


@asynccontextmanager
async def guarded(url: str) -> AsyncIterator[tuple[PostgresDatabase, Listening]]:
    """Give a database with a guard that listens."""
    guard = Listening()
    async with PostgresDatabase.open(url, QUICK, guard=guard) as database:
        yield database, guard


async def test_a_statement_that_was_too_slow_is_an_answer(databases: Databases) -> None:
    """The server ended it and said so."""
    async with guarded(await databases.fresh(migrated=False)) as (database, guard):
        with pytest.raises(AdapterUnavailable):
            await database.fetch("SELECT pg_sleep(5)")
        assert guard.heard == ["answered"]


async def test_a_pool_in_use_is_no_outage(databases: Databases) -> None:
    """Too many callers say nothing of the server."""
    async with guarded(await databases.fresh(migrated=False)) as (database, guard):
        async with database.connection(), database.connection():
            with pytest.raises(AdapterUnavailable):
                await database.fetch("SELECT 1")
        assert guard.heard == ["answered"] * 3


async def test_a_transaction_is_one_exchange(databases: Databases) -> None:
    """A refusal of the domain inside it is an answer, and so are its statements."""
    async with guarded(await databases.fresh(migrated=False)) as (database, guard):

        async def refused() -> None:
            async with PostgresTransaction(database)():
                await database.fetch("SELECT 1")
                raise NotFoundError

        with pytest.raises(NotFoundError):
            await refused()
        assert guard.heard == ["answered"]


async def test_a_connection_lost_in_a_transaction_is_an_outage(databases: Databases) -> None:
    """Whatever error the transaction ends with, even one that hides it."""
    async with guarded(await databases.fresh(migrated=False)) as (database, guard):

        async def cut() -> None:
            async with PostgresTransaction(database)():
                with pytest.raises(AdapterUnavailable):
                    await database.fetch("SELECT pg_terminate_backend(pg_backend_pid())")
                raise NotFoundError

        with pytest.raises(NotFoundError):
            await cut()
        assert guard.heard == ["failed"]


async def test_a_database_that_is_gone_is_an_outage(databases: Databases) -> None:
    """Nobody can connect."""
    url = await databases.fresh(migrated=False)
    async with guarded(url) as (database, guard):
        async with databases.outage(url):
            with pytest.raises(AdapterUnavailable):
                await database.fetch("SELECT 1")
        assert guard.heard[-1] == "failed"


async def test_nothing_is_asked_while_the_guard_refuses(databases: Databases) -> None:
    """Neither statements nor new transactions; one that has begun may end."""
    async with guarded(await databases.fresh(migrated=False)) as (database, guard):
        begun = time.monotonic()
        async with PostgresTransaction(database)():
            guard.is_open = True
            assert await database.fetch("SELECT 1") == [(1,)]
        with pytest.raises(AdapterUnavailable):
            await database.fetch("SELECT 1", repeatable=True)
        with pytest.raises(AdapterUnavailable):
            await PostgresTransaction(database)().__aenter__()
        assert (guard.heard, time.monotonic() - begun < 0.25) == (["answered"], True)


@pytest.mark.parametrize("in_transaction", [False, True])
async def test_a_caller_who_is_cancelled_leaves_a_frozen_server_at_once(
    lone_server: LocalServer, *, in_transaction: bool
) -> None:
    """A deadline is kept, whatever the server does, and the guard learns nothing from it."""
    async with guarded(lone_server.url) as (database, guard):
        await asyncio.gather(*(database.fetch("SELECT 1") for _ in range(2)))
        guard.heard.clear()

        async def work() -> None:
            async with AsyncExitStack() as stack:
                if in_transaction:
                    await stack.enter_async_context(PostgresTransaction(database)())
                await database.fetch("SELECT 1")

        lone_server.freeze()
        try:
            begun = time.monotonic()
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(work(), 0.1)
            took = time.monotonic() - begun
        finally:
            lone_server.thaw()
    assert (guard.heard, took < 0.3) == (["abandoned"], True)
