"""The store of the relational family, and its transactions."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar

import attrs

from instagram_core.jobs.model import JobId
from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.kernel.errors import ForeignTaskError, TransactionDoomed, TransactionError
from instagram_core.kernel.events import Event
from instagram_core.kernel.ids import IdGenerator
from instagram_core.kernel.transaction import Transaction
from instagram_core.memory.closing import Closable
from instagram_core.memory.journal import Journal
from instagram_core.memory.tables import JobRow, Tables


@attrs.define(eq=False)
class _Unit:
    """A unit of work under way, and the task that it belongs to."""

    task: "asyncio.Task[object] | None"
    is_doomed: bool = False
    is_over: bool = False

    @contextmanager
    def level(self) -> Iterator[None]:
        """Doom the whole when an error, or a cancellation, passes through this block."""
        try:
            yield
        except BaseException:
            self.is_doomed = True
            raise


class Database(Closable):
    """Everything the relational family keeps, in the memory of one process.

    One unit of work runs at a time and other tasks wait for its end, so that everybody sees the
    work of others whole or not at all. Every call of a repository is a unit of its own unless it
    joins a transaction; there an error that a repository raises dooms, whoever catches it.
    """

    def __init__(self, clock: Clock, ids: IdGenerator) -> None:
        """Begin empty; moments that the store itself sets are those of `clock`."""
        self._clock = clock
        self._ids = ids
        self._journal = Journal()
        self._tables = Tables(self._journal)
        self._turn = asyncio.Lock()
        # Tasks inherit the context of who made them: that is how a foreign one is told.
        self._ambient: ContextVar[_Unit | None] = ContextVar("ambient unit of work", default=None)

    def now(self) -> int:
        """Give the present moment in Unix milliseconds."""
        return to_milliseconds(self._clock.now())

    @asynccontextmanager
    async def work(self) -> AsyncIterator[Tables]:
        """Give the tables for a block that happens whole or not at all.

        Inside a transaction the block is part of it.
        """
        self.check_open()
        unit = self._joined()
        if unit is not None:
            with unit.level():
                yield self._tables
            return
        async with self._turn:
            self.check_open()  # it may have been closed meanwhile
            with self._begun():
                yield self._tables

    def require_transaction(self) -> None:
        """Raise TransactionError outside a transaction."""
        if self._joined() is None:
            raise TransactionError("this needs an ambient transaction")

    def record(self, *events: Event | None) -> None:
        """Put events among the jobs, in the unit of work under way; None stands for no event."""
        now = self.now()
        for event in filter(None, events):
            row = JobRow(
                id=JobId(self._ids.new()),
                queue=event.queue,
                kind=event.kind,
                payload=json.dumps(event.payload()),
                created_at=now,
                run_at=now,
            )
            self._tables.jobs[row.id] = row

    def _joined(self) -> _Unit | None:
        unit = self._ambient.get()
        if unit is None or unit.is_over:
            return None
        if unit.task is not asyncio.current_task():
            raise ForeignTaskError("this transaction belongs to the task that opened it")
        return unit

    @contextmanager
    def _begun(self) -> Iterator[None]:
        unit = _Unit(asyncio.current_task())
        before = self._ambient.set(unit)
        self._journal.begin()
        try:
            with unit.level():
                yield
        finally:
            unit.is_over = True
            self._ambient.reset(before)
            if unit.is_doomed:
                self._journal.roll_back()
            else:
                self._journal.commit()
        if unit.is_doomed:
            raise TransactionDoomed("an error inside was swallowed: nothing was stored")


class InMemoryTransaction(Transaction):
    """Opens transactions of a database."""

    def __init__(self, database: Database) -> None:
        """Serve the repositories of `database`."""
        self._database = database

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[None]:
        """Give the block; everybody else waits until it ends."""
        async with self._database.work():
            yield
