"""Connections that are alive, bounded in number and in how long anybody waits for one."""

import asyncio
import contextlib
import select
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

import attrs
import psycopg
import psycopg_pool
from psycopg.abc import PQGen
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import ConnStatus, TransactionStatus
from psycopg.waiting import wait_async

from instagram_core.kernel.errors import AdapterClosed, AdapterUnavailable
from instagram_postgres.errors import translated

Row = tuple[Any, ...]

T = TypeVar("T")

_IDLE_IN_TRANSACTION_MS: Final = 10_000
_PREPARED_MOST: Final = 500  # of one connection: more than there are statements
_GRACE: Final = 0.5  # for the server to say itself that a statement took too long
_TCP: Final = {
    "connect_timeout": "2",
    "keepalives": "1",
    "keepalives_idle": "10",
    "keepalives_interval": "3",
    "keepalives_count": "3",
    "tcp_user_timeout": "5000",
}


class Connection(psycopg.AsyncConnection[Row]):
    """A connection that gives a silent server up.

    The server ends statements that take too long, unless it is frozen itself; cancelling would
    then only wait on. The pool closes a connection that comes back in the middle of a statement.
    """

    patience: float | None = None
    """Seconds to wait for an answer; None waits for ever."""

    async def wait(  # psycopg's own signature
        self,
        gen: PQGen[T],
        interval: float = 0.1,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> T:
        """Run one exchange with the server; a caller who is cancelled leaves at once.

        psycopg would first ask the server to stop, and wait ten seconds for one that is frozen.
        """
        patience = self.patience if timeout is None else timeout
        return await wait_async(gen, self.pgconn.socket, interval, patience)


@attrs.frozen(kw_only=True)
class PoolSettings:
    """How connections are made and shared."""

    size: int = 10
    idle: int = 2
    """Connections that are kept open when nothing happens."""
    waiting: int = 200
    """Callers that may wait for a connection at once; beyond that they are refused."""
    checkout_seconds: float = 1.0
    statement_seconds: float = 3.0
    lock_seconds: float = 1.0
    prepares: bool = True
    """False behind a pooler that gives each transaction another server connection."""


class ConnectionPool:
    """A psycopg pool that refuses rather than queues, and never hands out a dead connection.

    Connections are in autocommit mode: one statement is one round trip.
    """

    def __init__(self, url: str, settings: PoolSettings) -> None:
        """Connect to `url` (URL or libpq key words) once opened."""
        self._settings = settings
        self._slots = asyncio.Semaphore(settings.size)
        self._waiting = 0
        self._checking: asyncio.Task[None] | None = None
        self._tasks = set[asyncio.Task[Any]]()
        self._pool: psycopg_pool.AsyncConnectionPool[Connection] = psycopg_pool.AsyncConnectionPool(
            _conninfo(url, settings),
            kwargs={
                "autocommit": True,
                "prepare_threshold": 2 if settings.prepares else None,
            },
            connection_class=Connection,
            configure=self._configure,
            min_size=min(settings.idle, settings.size),
            max_size=settings.size,
            timeout=settings.checkout_seconds,
            reconnect_timeout=2,
            open=False,
        )

    async def open(self) -> None:
        """Start connecting in the background; the server need not be there yet."""
        await self._pool.open()

    async def close(self) -> None:
        """Close what is idle now and the rest when it comes back; twice is fine."""
        if self._checking is not None:
            self._checking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._checking
        await self._pool.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def numbers(self) -> dict[str, int]:
        """Give psycopg's statistics (`pool_size`, `pool_available`, `requests_errors` …)."""
        return {**self._pool.get_stats(), "requests_waiting": self._waiting}

    async def take(self) -> Connection:
        """Give a connection that was alive a moment ago; to be returned with `give_back`.

        AdapterUnavailable when there is none within the checkout time, AdapterClosed after close.
        """
        if self._pool.closed:
            raise AdapterClosed("the database was closed, or not opened yet")
        deadline = asyncio.get_running_loop().time() + self._settings.checkout_seconds
        await self._take_slot(deadline)
        try:
            return await self._take_living(deadline)
        except BaseException:
            self._slots.release()
            raise

    async def give_back(self, connection: Connection) -> None:
        """Return a connection, in whatever state: the pool rolls back, or closes, as needed.

        It goes back also when the call is cancelled, however often. What the server still works
        at is stopped in the background: nobody waits for that.
        """
        status = connection.pgconn.transaction_status
        if status == TransactionStatus.IDLE and not self._tasks:
            await self._return(connection)  # waits for nobody, so nothing can interrupt it
        elif status in {TransactionStatus.ACTIVE, TransactionStatus.INTRANS}:
            self._apart(self._stop(connection))
        else:
            await asyncio.shield(self._apart(self._return(connection)))

    def suspect(self) -> None:
        """Look through the idle connections in the background, after one of them failed."""
        if self._checking is None or self._checking.done():
            self._checking = asyncio.create_task(self._check())

    async def _stop(self, connection: Connection) -> None:
        try:
            if connection.pgconn.transaction_status == TransactionStatus.ACTIVE:
                with contextlib.suppress(psycopg.Error):
                    await connection.cancel_safe(timeout=_GRACE)
        finally:
            await self._return(connection)

    async def _return(self, connection: Connection) -> None:
        try:
            await self._pool.putconn(connection)
        finally:
            self._slots.release()

    def _apart(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Do it in a task of its own.

        The pool bears one cancellation and loses the connection by a second one, as when a client
        hangs up whose request has just timed out. What is lost so counts as in use for ever.
        """
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _configure(self, connection: Connection) -> None:
        connection.prepared_max = _PREPARED_MOST
        connection.patience = self._settings.statement_seconds + _GRACE

    async def _check(self) -> None:
        with contextlib.suppress(psycopg.Error):
            await self._pool.check()

    async def _take_slot(self, deadline: float) -> None:
        # The pool's own max_waiting also counts those who gave up, and then refuses for ever.
        if not self._slots.locked():
            await self._slots.acquire()
            return
        if self._waiting >= self._settings.waiting:
            raise AdapterUnavailable("too many callers wait for a database connection")
        self._waiting += 1
        try:
            async with asyncio.timeout_at(deadline):
                await self._slots.acquire()
        except TimeoutError as error:
            raise AdapterUnavailable("all database connections are in use") from error
        finally:
            self._waiting -= 1

    async def _take_living(self, deadline: float) -> Connection:
        while True:
            connection = await self._take_any(deadline)
            if _is_alive(connection):
                return connection
            await connection.close()
            await self._pool.putconn(connection)
            self.suspect()

    async def _take_any(self, deadline: float) -> Connection:
        seconds = deadline - asyncio.get_running_loop().time()
        taking = self._pool.getconn(seconds)
        try:
            if self._pool.get_stats()["pool_available"] and not self._tasks:
                return await taking  # waits for nobody
            return await self._waited_for(self._apart(taking))
        except psycopg.Error as error:
            if seconds < self._settings.checkout_seconds / 2:
                # The wait for others took the time; it says nothing of the server.
                late = TimeoutError(str(error))
                raise AdapterUnavailable("no database connection was free in time") from late
            raise translated(error) from error

    async def _waited_for(self, taking: asyncio.Task[Connection]) -> Connection:
        try:
            return await asyncio.shield(taking)
        except asyncio.CancelledError:
            self._apart(self._refuse(taking))
            raise

    async def _refuse(self, taking: asyncio.Task[Connection]) -> None:
        """Return what is handed out to a caller who is gone."""
        with contextlib.suppress(psycopg.Error):
            await self._pool.putconn(await taking)


def _is_alive(connection: Connection) -> bool:
    # A server that went away has closed the socket, which costs two microseconds to see and saves
    # callers of statements that must not run twice from the first failure after a restart.
    libpq = connection.pgconn
    if libpq.status != ConnStatus.OK:
        return False
    poll = select.poll()
    poll.register(libpq.socket, select.POLLIN)
    if not poll.poll(0):
        return True
    try:
        libpq.consume_input()
    except psycopg.OperationalError:
        return False
    return libpq.status == ConnStatus.OK and not poll.poll(0)


def _conninfo(url: str, settings: PoolSettings) -> str:
    given = conninfo_to_dict(url)
    limits = {
        "statement_timeout": int(settings.statement_seconds * 1000),
        "lock_timeout": int(settings.lock_seconds * 1000),
        "idle_in_transaction_session_timeout": _IDLE_IN_TRANSACTION_MS,
        "jit": "off",
        # Every statement has an index. A plan that a connection made while a table was empty would
        # read the whole of it, and live until the table is next analysed: likes fell to a third.
        "enable_seqscan": "off",
    }
    options = " ".join(f"-c {name}={value}" for name, value in limits.items())
    ours = {**_TCP, "application_name": "instagram", "client_encoding": "UTF8"}
    theirs = {name: str(value) for name, value in given.items()}
    merged = {**ours, **theirs, "options": f"{options} {theirs.get('options', '')}".strip()}
    return make_conninfo("", **merged)
