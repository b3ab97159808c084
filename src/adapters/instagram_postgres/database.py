"""The door to PostgreSQL: every statement of this package goes through here."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Self, TypeVar

import psycopg
from psycopg.pq import ExecStatus

from instagram_core.kernel.errors import ForeignTaskError, InstagramError, TransactionDoomed
from instagram_core.kernel.guard import Guard, Unguarded
from instagram_postgres.errors import translated
from instagram_postgres.exchange import Exchange, tried
from instagram_postgres.pool import Connection, ConnectionPool, PoolSettings, Row

Parameters = Mapping[str, object]
Refusal = TypeVar("Refusal", bound=InstagramError)


class Unit:
    """A transaction under way: its connection, its task, and whether it can still commit."""

    def __init__(self, connection: Connection, exchange: Exchange) -> None:
        """Belong to the task that runs now."""
        self.connection = connection
        self.exchange = exchange
        self.task = asyncio.current_task()
        self.is_doomed = False
        self.is_over = False

    def check(self) -> None:
        """Raise ForeignTaskError in any task but the one that began."""
        if asyncio.current_task() is not self.task:
            raise ForeignTaskError("this transaction belongs to another task")


class PostgresDatabase:
    """Runs statements: in the ambient transaction, or each by itself on a pooled connection.

    Rows are plain tuples; parameters are named, `%(name)s`. Failures are those of `errors.py`;
    what its table does not name is a defect of the statement and raised as psycopg has it.
    """

    def __init__(
        self, url: str, settings: PoolSettings | None = None, *, guard: Guard | None = None
    ) -> None:
        """Use `url` once opened; must be made and used within one event loop.

        `guard` is asked before each statement outside a transaction, and once a transaction.
        """
        self._guard = guard or Unguarded()
        self._pool = ConnectionPool(url, settings or PoolSettings())
        self._unit: ContextVar[Unit | None] = ContextVar("transaction", default=None)

    @classmethod
    @asynccontextmanager
    async def open(
        cls, url: str, settings: PoolSettings | None = None, *, guard: Guard | None = None
    ) -> AsyncIterator[Self]:
        """Give a database that is open for the length of a block.

        The server need not be up: calls raise AdapterUnavailable until it is.
        """
        database = cls(url, settings, guard=guard)
        await database.start()
        try:
            yield database
        finally:
            await database.close()

    async def start(self) -> None:
        """Begin to connect, without waiting for it."""
        await self._pool.open()

    async def close(self) -> None:
        """Close the connections; later calls raise AdapterClosed. Twice is fine."""
        await self._pool.close()

    def pool_numbers(self) -> Mapping[str, int]:
        """Give the pool's statistics, for metrics."""
        return self._pool.numbers()

    async def fetch(
        self,
        sql: str,
        parameters: Parameters | None = None,
        *,
        repeatable: bool = False,
        binary: bool = False,
    ) -> list[Row]:
        """Run one statement and give all its rows, in one round trip.

        `repeatable`: a second run does no harm (a read, say), so that outside a transaction it is
        tried once more when the connection broke. Deadlocks, being rolled back, always are.
        `binary`: rows come as the server has them, which is cheaper to read for all but texts.
        """
        unit = self.unit()
        if unit is not None:
            return await self._run_within(unit, sql, parameters, binary=binary)
        return await tried(
            lambda: self._run_alone(sql, parameters, binary=binary), repeatable=repeatable
        )

    async def ping(self) -> None:
        """Return when the server answers; AdapterUnavailable when it does not."""
        await self.execute("SELECT 1")

    async def fetch_one(
        self, sql: str, parameters: Parameters | None = None, *, repeatable: bool = False
    ) -> Row | None:
        """Run one statement and give its first row; None when it has none. See `fetch`."""
        rows = await self.fetch(sql, parameters, repeatable=repeatable)
        return rows[0] if rows else None

    async def execute(
        self, sql: str, parameters: Parameters | None = None, *, repeatable: bool = False
    ) -> None:
        """Run one statement for its effect. See `fetch`; RETURNING tells how many rows it had."""
        await self.fetch(sql, parameters, repeatable=repeatable)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """Give the ambient transaction's connection, or one of the pool in autocommit mode.

        For what `fetch` cannot do: several statements that need one session.
        """
        unit = self.unit()
        if unit is not None:
            try:
                yield unit.connection
            except psycopg.Error as error:
                unit.is_doomed = True
                unit.exchange.failed(error)
                raise translated(error) from error
            return
        try:
            async with self._exchange(), self._taken() as connection:
                yield connection
        except psycopg.Error as error:
            raise translated(error) from error

    def unit(self) -> Unit | None:
        """Give the transaction this task is in; ForeignTaskError when it is another task's."""
        unit = self._unit.get()
        if unit is None or unit.is_over:
            return None
        unit.check()
        return unit

    def refusal(self, error: Refusal) -> Refusal:
        """Give back the error a repository is about to raise; the transaction is doomed by it.

        Whoever swallows it would else commit a use case of which a part was refused.
        """
        unit = self.unit()
        if unit is not None:
            unit.is_doomed = True
        return error

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Unit]:
        """Open a transaction for this task: COMMIT when left normally, else ROLLBACK."""
        async with self._exchange() as exchange:
            connection = await tried(self._begun, repeatable=True)
            unit = Unit(connection, exchange)
            token = self._unit.set(unit)
            try:
                yield unit
                await _commit(unit)
            except Exception:
                await _roll_back(connection)
                raise
            finally:
                unit.is_over = True
                self._unit.reset(token)
                await self._pool.give_back(connection)

    def _exchange(self) -> Exchange:
        return Exchange(self._guard)

    async def _begun(self) -> Connection:
        connection = await self._pool.take()
        try:
            await connection.execute("BEGIN")
        except BaseException as error:
            if isinstance(error, psycopg.Error):
                self._pool.suspect()
            await self._pool.give_back(connection)
            raise
        return connection

    @asynccontextmanager
    async def _taken(self) -> AsyncIterator[Connection]:
        connection = await self._pool.take()
        try:
            yield connection
        finally:
            await self._pool.give_back(connection)

    async def _run_alone(
        self, sql: str, parameters: Parameters | None, *, binary: bool
    ) -> list[Row]:
        async with self._exchange():
            connection = await self._pool.take()
            try:
                return await _rows(connection, sql, parameters, binary=binary)
            except psycopg.OperationalError:
                if connection.closed:
                    self._pool.suspect()
                raise
            finally:
                await self._pool.give_back(connection)

    async def _run_within(
        self, unit: Unit, sql: str, parameters: Parameters | None, *, binary: bool
    ) -> list[Row]:
        try:
            return await _rows(unit.connection, sql, parameters, binary=binary)
        except BaseException as error:
            unit.is_doomed = True
            unit.exchange.failed(error)
            if isinstance(error, psycopg.Error):
                raise translated(error) from error
            raise


async def _rows(
    connection: Connection, sql: str, parameters: Parameters | None, *, binary: bool
) -> list[Row]:
    cursor = await connection.execute(sql, parameters, binary=binary)
    # Asking the cursor for its description would make an object of each column.
    result = cursor.pgresult
    has_rows = result is not None and result.status == ExecStatus.TUPLES_OK
    return await cursor.fetchall() if has_rows else []


async def _commit(unit: Unit) -> None:
    if unit.is_doomed:
        raise TransactionDoomed("an error inside the transaction was swallowed")
    try:
        cursor = await unit.connection.execute("COMMIT")
    except psycopg.Error as error:
        unit.exchange.failed(error)
        raise translated(error) from error
    if cursor.statusmessage != "COMMIT":
        raise TransactionDoomed("the server rolled back what was to be committed")


async def _roll_back(connection: Connection) -> None:
    # What cannot be rolled back is closed: the server then does it.
    try:
        if not connection.closed:
            await connection.execute("ROLLBACK")
    except BaseException as error:
        await connection.close()
        if not isinstance(error, psycopg.Error):
            raise
