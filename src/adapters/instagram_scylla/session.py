"""The door to Cassandra: every statement of this package goes through here."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final, Self

from cassandra.cluster import Session
from cassandra.query import PreparedStatement

from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.kernel.guard import Guard, Unguarded
from instagram_scylla.completions import Completions, Row
from instagram_scylla.connection import ScyllaSettings
from instagram_scylla.errors import translated
from instagram_scylla.link import Link
from instagram_scylla.statements import Statement, bindable, prepared

_GRACE: Final = 0.25  # for the driver to say itself that an answer took too long
_ALIVE: Final = Statement("SELECT key FROM system.local WHERE key = 'local'", is_idempotent=True)


class ScyllaSession:
    """Runs prepared statements within their deadline, whether or not the servers are there.

    Rows are plain tuples. A value None leaves its column as it is. Reads and writes are of
    LOCAL_QUORUM. Failures are those of `errors.py`; a write that ends in AdapterUnavailable may
    have happened.
    """

    def __init__(self, settings: ScyllaSettings, guard: Guard | None = None) -> None:
        """Use the servers of `settings` once opened; to be made in the loop that uses it."""
        self._settings = settings
        self._guard = guard or Unguarded()
        self._link = Link(settings)
        self._slots = asyncio.Semaphore(settings.in_flight)
        self._waiting = 0
        self._completions = Completions(self._slots.release)
        self._prepared: dict[Statement, asyncio.Future[PreparedStatement]] = {}

    @classmethod
    @asynccontextmanager
    async def open(
        cls, settings: ScyllaSettings, guard: Guard | None = None
    ) -> AsyncIterator[Self]:
        """Give a session that connects in the background, for the length of a block."""
        session = cls(settings, guard)
        session.start()
        try:
            yield session
        finally:
            await session.close()

    def start(self) -> None:
        """Begin to connect in the background; the servers need not be there yet."""
        self._link.start()

    async def close(self) -> None:
        """Close all connections; twice is fine."""
        await self._link.close()

    async def ping(self) -> None:
        """Return when a node answers; AdapterUnavailable otherwise."""
        await self.execute(_ALIVE)

    async def execute(self, statement: Statement, *values: object) -> list[Row]:
        """Run one statement and give its rows, none for a plain write."""
        (rows,) = await self.execute_all(statement, [values])
        return rows

    async def execute_all(
        self, statement: Statement, many: Sequence[Sequence[object]]
    ) -> list[list[Row]]:
        """Run one statement with each of several values at once; give the rows of each, in order.

        For statements of one partition each: every one goes straight to a replica of its own. The
        first failure is raised; what became of the others is then unknown.
        """
        async with self._guard():
            try:
                async with asyncio.timeout(self._settings.statement_seconds + _GRACE):
                    session = await self._link.session()
                    return await self._exchange(
                        session, await self._prepare(session, statement), many
                    )
            except TimeoutError as error:
                raise AdapterUnavailable("no answer in time: a write may have happened") from error

    async def _exchange(
        self, session: Session, statement: PreparedStatement, many: Sequence[Sequence[object]]
    ) -> list[list[Row]]:
        sent = list[asyncio.Future[list[Row]]]()
        try:
            for values in many:
                await self._take_slot()
                sent.append(self._send(session, statement, values))
            return [await sent[0]] if len(sent) == 1 else await asyncio.gather(*sent)
        except (TimeoutError, AdapterUnavailable):
            raise
        except Exception as error:
            raise translated(error) from error
        finally:
            for future in sent:
                future.cancel()

    def _send(
        self, session: Session, statement: PreparedStatement, values: Sequence[object]
    ) -> "asyncio.Future[list[Row]]":
        try:
            # Never blocks: there are fewer slots than a connection carries statements.
            response = session.execute_async(statement.bind(bindable(values)))
        except BaseException:
            self._slots.release()
            raise
        return self._completions.of(response)

    async def _take_slot(self) -> None:
        # A slot comes back with the answer, not with the patience of whoever asked.
        if not self._slots.locked():
            await self._slots.acquire()
            return
        if self._waiting >= self._settings.waiting:
            raise AdapterUnavailable("too many statements wait for Cassandra")
        self._waiting += 1
        try:
            await self._slots.acquire()
        finally:
            self._waiting -= 1

    async def _prepare(self, session: Session, statement: Statement) -> PreparedStatement:
        known = self._prepared.get(statement)
        if known is None or (known.done() and known.exception() is not None):
            # A thread cannot be interrupted: whoever asks next gets what comes of it.
            known = self._link.in_thread(prepared, session, statement)
            self._prepared[statement] = known
        try:
            return known.result() if known.done() else await asyncio.shield(known)
        except Exception as error:
            raise translated(error) from error
