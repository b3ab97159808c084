"""Events on their way to handlers: outbox, queue, ledger and schedules over one table."""

import heapq
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from operator import attrgetter

import attrs

from instagram_core.jobs.model import Job, JobId, QueueDepth
from instagram_core.jobs.ports import JobBroker, JobLedger, JobQueue, Schedule
from instagram_core.kernel.events import Event
from instagram_core.kernel.outbox import Outbox
from instagram_core.kernel.paging import Page, Position
from instagram_core.memory.database import Database
from instagram_core.memory.pages import newest_first
from instagram_core.memory.tables import JobRow


class InMemoryOutbox(Outbox):
    """Records events as jobs."""

    def __init__(self, database: Database) -> None:
        """Record them in `database`."""
        self._database = database

    async def add(self, *events: Event) -> None:
        """Record `events`."""
        async with self._database.work():
            self._database.record(*events)


class InMemoryJobQueue(JobQueue):
    """Hands jobs to workers."""

    def __init__(self, database: Database) -> None:
        """Hand out those of `database`."""
        self._database = database

    async def lease(self, queues: Collection[str], limit: int, seconds: float) -> tuple[Job, ...]:
        """Take due jobs."""
        async with self._database.work() as tables:
            now = self._database.now()
            due = (row for row in tables.jobs.values() if row.queue in queues and row.is_ready(now))
            chosen = heapq.nsmallest(limit, due, key=attrgetter("run_at", "id"))
            until = now + round(seconds * 1000)
            for row in chosen:
                tables.jobs[row.id] = attrs.evolve(row, leased_until=until)
            return tuple(row.job() for row in chosen)

    async def renew(self, jobs: Iterable[JobId], seconds: float) -> None:
        """Prolong leases; one that ran out is no lease any more."""
        async with self._database.work() as tables:
            now = self._database.now()
            rows = [tables.jobs[job] for job in jobs if job in tables.jobs]
            for row in rows:
                if row.is_leased(now):
                    until = now + round(seconds * 1000)
                    tables.jobs[row.id] = attrs.evolve(row, leased_until=until)

    async def finish(self, jobs: Iterable[JobId]) -> None:
        """Remove jobs that are done."""
        async with self._database.work() as tables:
            for job in jobs:
                tables.jobs.pop(job, None)

    async def retry(self, job: JobId, *, error: str, delay: float, counts: bool) -> None:
        """Give a job back; a dead letter stays one."""
        async with self._database.work() as tables:
            row = tables.jobs.get(job)
            if row is None or row.failed_at is not None:
                return
            tables.jobs[job] = attrs.evolve(
                row,
                attempts=row.attempts + counts,
                run_at=self._database.now() + round(delay * 1000),
                leased_until=0,
                error=error,
            )

    async def bury(self, job: JobId, *, error: str) -> None:
        """Make a job a dead letter."""
        async with self._database.work() as tables:
            row = tables.jobs.get(job)
            if row is None or row.failed_at is not None:
                return
            now = self._database.now()
            tables.jobs[job] = attrs.evolve(row, error=error, failed_at=now, leased_until=0)


class InMemoryJobLedger(JobLedger):
    """Shows jobs to operators."""

    def __init__(self, database: Database) -> None:
        """Show those of `database`."""
        self._database = database

    async def page(self, *, failed: bool, after: Position | None, limit: int) -> Page[Job]:
        """Give dead letters or living jobs."""
        async with self._database.work() as tables:
            rows = (
                (Position(row.created_at, row.id), row.job())
                for row in tables.jobs.values()
                if (row.failed_at is not None) is failed
            )
            return newest_first(rows, after, limit)

    async def requeue(self, jobs: Collection[JobId] | None) -> int:
        """Put dead letters back; what went wrong last stays visible."""
        async with self._database.work() as tables:
            letters = _dead_letters(tables.jobs.values(), jobs)
            now = self._database.now()
            for row in letters:
                tables.jobs[row.id] = attrs.evolve(row, attempts=0, run_at=now, failed_at=None)
            return len(letters)

    async def discard(self, jobs: Collection[JobId] | None) -> int:
        """Remove dead letters."""
        async with self._database.work() as tables:
            letters = _dead_letters(tables.jobs.values(), jobs)
            for row in letters:
                del tables.jobs[row.id]
            return len(letters)

    async def admit(self, letters: Sequence[Job]) -> None:
        """Keep dead letters that are not here yet."""
        async with self._database.work() as tables:
            for letter in letters:
                if letter.id not in tables.jobs:
                    tables.jobs[letter.id] = _row(letter)

    async def depth(self) -> tuple[QueueDepth, ...]:
        """Count each queue."""
        async with self._database.work() as tables:
            by_queue: dict[str, list[JobRow]] = defaultdict(list)
            for row in tables.jobs.values():
                by_queue[row.queue].append(row)
            now = self._database.now()
            return tuple(_depth(queue, rows, now) for queue, rows in sorted(by_queue.items()))


class InMemoryJobBroker(JobBroker):
    """Carries jobs to workers that lease from an `InMemoryJobQueue` over the same database.

    The database is the broker's own: it is not the one that the jobs come from.
    """

    def __init__(self, database: Database) -> None:
        """Keep jobs in `database`."""
        self._database = database
        self._ledger = InMemoryJobLedger(database)

    async def reach(self) -> None:
        """Return, unless it is closed."""
        async with self._database.work():
            return

    async def publish(self, jobs: Sequence[Job]) -> None:
        """Keep jobs; one that is here already is due anew."""
        async with self._database.work() as tables:
            for job in jobs:
                tables.jobs[job.id] = _row(job, run_at=self._database.now())

    async def dead_letters(self, limit: int) -> tuple[Job, ...]:
        """Give dead letters."""
        return (await self._ledger.page(failed=True, after=None, limit=limit)).items

    async def forget(self, letters: Collection[JobId]) -> None:
        """Remove dead letters."""
        await self._ledger.discard(letters)

    async def depth(self) -> tuple[QueueDepth, ...]:
        """Count each queue."""
        return await self._ledger.depth()


class InMemorySchedule(Schedule):
    """Strikes schedules."""

    def __init__(self, database: Database) -> None:
        """Remember slots, and record events, in `database`."""
        self._database = database

    async def strike(self, name: str, slot: int, event: Event) -> bool:
        """Record `event` for a slot that is later than all struck before."""
        async with self._database.work() as tables:
            struck = tables.slots.get(name)
            if struck is not None and slot <= struck:
                return False
            tables.slots[name] = slot
            self._database.record(event)
            return True


def _row(job: Job, run_at: int | None = None) -> JobRow:
    return JobRow(
        id=job.id,
        queue=job.queue,
        kind=job.kind,
        payload=json.dumps(dict(job.payload)),
        created_at=job.created_at,
        run_at=job.created_at if run_at is None else run_at,
        attempts=job.attempts,
        error=job.error,
        failed_at=job.failed_at,
    )


def _dead_letters(rows: Iterable[JobRow], jobs: Collection[JobId] | None) -> list[JobRow]:
    dead = [row for row in rows if row.failed_at is not None]
    return dead if jobs is None else [row for row in dead if row.id in jobs]


def _depth(queue: str, rows: Collection[JobRow], now: int) -> QueueDepth:
    living = [row for row in rows if row.failed_at is None]
    ready = [row for row in living if row.is_ready(now)]
    leased = [row for row in living if row.is_leased(now)]
    return QueueDepth(
        queue=queue,
        ready=len(ready),
        delayed=len(living) - len(ready) - len(leased),
        leased=len(leased),
        failed=len(rows) - len(living),
        oldest_ready_at=min((row.run_at for row in ready), default=None),
    )
