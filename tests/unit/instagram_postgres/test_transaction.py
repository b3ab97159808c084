"""Transactions: joined by whoever is in the task, doomed by errors, rolled back by all else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import attrs
import psycopg
import pytest

from instagram_core.kernel.errors import (
    AdapterUnavailable,
    ForeignTaskError,
    InstagramError,
    TransactionDoomed,
)
from instagram_postgres.database import PostgresDatabase
from instagram_postgres.transaction import PostgresTransaction
from tests.servers.postgres import Databases


@attrs.frozen
class Notes:
    """A table of words, and the transactions over it."""

    database: PostgresDatabase
    transaction: PostgresTransaction
    url: str

    async def write(self, word: str) -> None:
        """Add a word."""
        await self.database.execute("INSERT INTO notes VALUES (%(word)s)", {"word": word})

    async def words(self) -> list[str]:
        """Read all words, over a connection of its own."""
        async with await psycopg.AsyncConnection.connect(self.url) as connection:
            cursor = await connection.execute("SELECT word FROM notes ORDER BY word")
            return [word for (word,) in await cursor.fetchall()]

    async def cut(self) -> None:
        """End every connection of the pool from the server's side."""
        async with await psycopg.AsyncConnection.connect(self.url) as connection:
            await connection.execute(
                "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity"
                " WHERE application_name = 'instagram' AND datname = current_database()"
            )


@asynccontextmanager
async def opened(databases: Databases) -> AsyncIterator[Notes]:
    """Give notes in a database of their own."""
    url = await databases.fresh(migrated=False)
    async with PostgresDatabase.open(url) as database:
        await database.execute("CREATE TABLE notes (word text PRIMARY KEY)")
        yield Notes(database, PostgresTransaction(database), url)


async def test_work_is_seen_after_the_block(databases: Databases) -> None:
    """All of it, and nothing before."""
    async with opened(databases) as notes:
        async with notes.transaction():
            await notes.write("a")
            await notes.write("b")
            assert await notes.words() == []
        assert await notes.words() == ["a", "b"]


async def test_an_error_takes_everything_back(databases: Databases) -> None:
    """And passes on as it is."""
    async with opened(databases) as notes:

        async def attempt() -> None:
            async with notes.transaction():
                await notes.write("a")
                raise LookupError

        with pytest.raises(LookupError):
            await attempt()
        assert await notes.words() == []


async def test_nested_blocks_are_one(databases: Databases) -> None:
    """The inner one commits nothing by itself."""
    async with opened(databases) as notes:
        with suppress(LookupError):
            async with notes.transaction():
                async with notes.transaction():
                    await notes.write("a")
                raise LookupError
        assert await notes.words() == []


async def test_an_inner_error_that_is_swallowed_dooms_the_whole(databases: Databases) -> None:
    """What came before and after is lost, and not silently."""
    async with opened(databases) as notes:

        async def attempt() -> None:
            async with notes.transaction():
                await notes.write("a")
                with suppress(LookupError):
                    async with notes.transaction():
                        raise LookupError
                await notes.write("b")

        with pytest.raises(TransactionDoomed):
            await attempt()
        assert await notes.words() == []


async def test_a_failed_statement_that_is_swallowed_dooms_the_whole(databases: Databases) -> None:
    """The server would turn COMMIT into ROLLBACK and call it a success."""
    async with opened(databases) as notes:

        async def attempt() -> None:
            async with notes.transaction():
                await notes.write("a")
                with suppress(psycopg.errors.UniqueViolation):
                    await notes.write("a")

        with pytest.raises(TransactionDoomed):
            await attempt()
        assert await notes.words() == []


async def test_what_the_server_rolls_back_is_no_success(databases: Databases) -> None:
    """Also when nobody but the server knows that something failed."""
    async with opened(databases) as notes:

        async def attempt() -> None:
            async with notes.transaction():
                await notes.write("a")
                async with notes.database.connection() as connection:
                    with suppress(psycopg.errors.UndefinedTable):
                        await connection.execute("SELECT 1 FROM nowhere")

        with pytest.raises(TransactionDoomed):
            await attempt()
        assert await notes.words() == []


async def test_a_statement_after_a_failed_one_says_so(databases: Databases) -> None:
    """It is told from a server that is down."""
    async with opened(databases) as notes:

        async def attempt() -> None:
            async with notes.transaction():
                with suppress(psycopg.errors.UndefinedTable):
                    await notes.database.fetch("SELECT 1 FROM nowhere")
                await notes.write("a")

        with pytest.raises(TransactionDoomed):
            await attempt()


async def test_a_refusal_that_is_swallowed_dooms_the_whole(databases: Databases) -> None:
    """A use case of which a part was refused is not half done."""
    async with opened(databases) as notes:

        async def attempt() -> None:
            async with notes.transaction():
                await notes.write("a")
                with suppress(InstagramError):
                    raise notes.database.refusal(InstagramError("no"))

        with pytest.raises(TransactionDoomed):
            await attempt()
        assert await notes.words() == []


async def test_another_task_may_not_join(databases: Databases) -> None:
    """It would write through a connection that soon serves somebody else."""
    async with opened(databases) as notes:
        async with notes.transaction():
            await notes.write("a")
            given = await asyncio.gather(
                notes.write("b"),
                notes.database.fetch("SELECT 1"),
                _entered(notes.transaction),
                return_exceptions=True,
            )
            assert [type(error) for error in given] == [ForeignTaskError] * 3
        assert await notes.words() == ["a"]


async def test_a_task_that_outlives_the_block_works_by_itself(databases: Databases) -> None:
    """The transaction it was born in is over."""
    async with opened(databases) as notes:
        left = asyncio.Event()

        async def write_later() -> None:
            await left.wait()
            await notes.write("b")

        async with notes.transaction():
            await notes.write("a")
            task = asyncio.create_task(write_later())
        left.set()
        await task
        assert await notes.words() == ["a", "b"]


async def test_cancellation_rolls_back(databases: Databases) -> None:
    """Wherever it strikes; the connection serves others afterwards."""
    async with opened(databases) as notes:
        for turns in range(12):
            task = asyncio.create_task(_slow(notes))
            for _ in range(turns):
                await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        assert await notes.words() == []
        await asyncio.gather(*(notes.write(f"{number}") for number in range(20)))
        assert len(await notes.words()) == 20


async def test_a_connection_lost_before_commit_is_unavailable(databases: Databases) -> None:
    """The outcome is unknown to the caller: never a success."""
    async with opened(databases) as notes:

        async def attempt() -> None:
            async with notes.transaction():
                await notes.write("a")
                await notes.cut()

        with pytest.raises(AdapterUnavailable) as refused:
            await attempt()
        assert isinstance(refused.value.__cause__, psycopg.OperationalError)
        assert await notes.words() == []


async def test_a_connection_lost_within_is_unavailable(databases: Databases) -> None:
    """No statement of a transaction runs again on another connection."""
    async with opened(databases) as notes:

        async def attempt() -> None:
            async with notes.transaction():
                await notes.write("a")
                await notes.cut()
                await notes.database.fetch("SELECT 1", repeatable=True)

        with pytest.raises(AdapterUnavailable):
            await attempt()
        await notes.write("b")
        assert await notes.words() == ["b"]


async def test_a_transaction_begins_although_its_connection_was_cut(databases: Databases) -> None:
    """The server was restarted while the connection lay idle: nobody notices."""
    async with opened(databases) as notes:
        for word in "abc":
            await notes.cut()
            async with notes.transaction():
                await notes.write(word)
        assert await notes.words() == ["a", "b", "c"]


async def test_transactions_of_two_databases_are_apart(databases: Databases) -> None:
    """A repository joins that of its own database only."""
    async with opened(databases) as notes, opened(databases) as others:
        with suppress(LookupError):
            async with notes.transaction():
                await notes.write("a")
                await others.write("b")
                raise LookupError
        assert (await notes.words(), await others.words()) == ([], ["b"])


async def _entered(transaction: PostgresTransaction) -> None:
    async with transaction():
        pass


async def _slow(notes: Notes) -> None:
    async with notes.transaction():
        await notes.write("x")
        await asyncio.sleep(60)
