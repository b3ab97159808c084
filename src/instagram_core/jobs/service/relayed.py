"""Queue and ledger of jobs that a relay carries to a broker: two places, seen as one."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from contextlib import suppress
from typing import ClassVar

from instagram_core.jobs.model import Job, JobId, QueueDepth
from instagram_core.jobs.ports import JobBroker, JobLedger, JobQueue
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.kernel.paging import Page, Position


class RelayedJobQueue(JobQueue):
    """Hands out the broker's jobs, and those of the table while the broker is away.

    That is the same rows under the same leases as the relay's, so nobody has to be asked.
    """

    def __init__(self, *, broker: JobQueue, table: JobQueue, is_away: Callable[[], bool]) -> None:
        """Lease from `broker`, or from `table` as well while `is_away` says so."""
        self._broker = broker
        self._table = table
        self._is_away = is_away
        self._rows: set[JobId] = set()

    async def lease(self, queues: Collection[str], limit: int, seconds: float) -> tuple[Job, ...]:
        """Take what the broker delivered; the rest from the table if the broker is away."""
        try:
            jobs = await self._broker.lease(queues, limit, seconds)
        except AdapterUnavailable:
            if not self._is_away():
                raise
            jobs = ()
        if len(jobs) < limit and self._is_away():
            try:
                rows = await self._table.lease(queues, limit - len(jobs), seconds)
            except AdapterUnavailable:
                if not jobs:
                    raise
                return jobs  # they are leased: given to nobody, they would be held for ever
            self._rows.update(row.id for row in rows)
            jobs += rows
        return jobs

    async def renew(self, jobs: Iterable[JobId], seconds: float) -> None:
        """Renew each where it was leased."""
        rows, others = self._parted(jobs)
        await self._broker.renew(others, seconds)
        if rows:
            await self._table.renew(rows, seconds)

    async def finish(self, jobs: Iterable[JobId]) -> None:
        """Finish each where it was leased."""
        rows, others = self._parted(jobs)
        # One that was leased from the table may have been delivered meanwhile: done is done.
        await self._broker.finish([*others, *rows])
        if rows:
            await self._table.finish(rows)
            self._rows.difference_update(rows)

    async def retry(self, job: JobId, *, error: str, delay: float, counts: bool) -> None:
        """Give the job back wherever it is: what was a row may have been delivered since."""
        if job in self._rows:
            await self._table.retry(job, error=error, delay=delay, counts=counts)
            self._rows.discard(job)
        await self._broker.retry(job, error=error, delay=delay, counts=counts)

    async def bury(self, job: JobId, *, error: str) -> None:
        """Bury the job wherever it is."""
        if job in self._rows:
            await self._table.bury(job, error=error)
            self._rows.discard(job)
        await self._broker.bury(job, error=error)

    def _parted(self, jobs: Iterable[JobId]) -> tuple[list[JobId], list[JobId]]:
        rows: list[JobId] = []
        others: list[JobId] = []
        for job in jobs:
            (rows if job in self._rows else others).append(job)
        return rows, others


async def taken_in(
    letters: Iterable[Job], ledger: JobLedger, settled: Callable[[Job], Awaitable[Job | None]]
) -> list[JobId]:
    """Take a broker's dead letters into the table; give those that the broker may forget.

    `settled` gives each as it is to be kept, or None when it has to wait where it is.
    """
    found = [await settled(letter) for letter in letters]
    kept = [letter for letter in found if letter is not None]
    if kept:
        await ledger.admit(kept)
    return [letter.id for letter in kept]


class RelayedJobLedger(JobLedger):
    """Shows the table, into which dead letters of the broker are fetched first; counts both.

    Those that no worker gave up are left to a relay, which has somebody to do that.
    """

    LETTERS: ClassVar[int] = 100

    def __init__(self, *, table: JobLedger, broker: JobBroker) -> None:
        """Show `table`; count what is in `broker` beside it."""
        self._table = table
        self._broker = broker

    async def page(self, *, failed: bool, after: Position | None, limit: int) -> Page[Job]:
        """Give rows of the table: living jobs that the broker has cannot be shown singly."""
        if failed and after is None:
            await self._fetch()
        return await self._table.page(failed=failed, after=after, limit=limit)

    async def requeue(self, jobs: Collection[JobId] | None) -> int:
        """Put dead letters back into the table; the relay carries them."""
        await self._fetch()
        return await self._table.requeue(jobs)

    async def discard(self, jobs: Collection[JobId] | None) -> int:
        """Remove dead letters from the table."""
        await self._fetch()
        return await self._table.discard(jobs)

    async def depth(self) -> tuple[QueueDepth, ...]:
        """Count each queue in both places; in the table only, while the broker is away."""
        rows = await self._table.depth()
        try:
            messages = await self._broker.depth()
        except AdapterUnavailable:
            messages = ()
        sums: dict[str, QueueDepth] = {}
        for depth in (*rows, *messages):
            sums[depth.queue] = _sum(sums.get(depth.queue), depth)
        return tuple(sums[queue] for queue in sorted(sums))

    async def admit(self, letters: Sequence[Job]) -> None:
        """Take dead letters into the table."""
        await self._table.admit(letters)

    async def _fetch(self) -> None:
        with suppress(AdapterUnavailable):  # then the table is all there is to see
            while await self._fetched() == self.LETTERS:
                continue

    async def _fetched(self) -> int:
        letters = await self._broker.dead_letters(self.LETTERS)
        kept = await taken_in(letters, self._table, _given_up)
        if kept:
            await self._broker.forget(kept)
        return len(kept)


async def _given_up(letter: Job) -> Job | None:
    return None if letter.failed_at is None else letter


def _sum(one: QueueDepth | None, other: QueueDepth) -> QueueDepth:
    if one is None:
        return other
    moments = [at for at in (one.oldest_ready_at, other.oldest_ready_at) if at is not None]
    return QueueDepth(
        queue=one.queue,
        ready=one.ready + other.ready,
        delayed=one.delayed + other.delayed,
        leased=one.leased + other.leased,
        failed=one.failed + other.failed,
        oldest_ready_at=min(moments, default=None),
    )
