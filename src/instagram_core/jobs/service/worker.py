"""One worker: leases jobs, runs their handlers, and settles what became of them."""

import asyncio
import random
from collections.abc import Collection, Iterable
from typing import ClassVar, Protocol

from instagram_core.jobs.errors import JobFault
from instagram_core.jobs.handlers import Handler
from instagram_core.jobs.model import Job, JobId
from instagram_core.jobs.policy import RetryPolicy
from instagram_core.jobs.ports import JobQueue
from instagram_core.jobs.service.handling import Handlers, told
from instagram_core.kernel.errors import AdapterError, AdapterUnavailable, DomainError


class WorkerObserver(Protocol):
    """Is told what a worker does: for logs and metrics."""

    def started(self, job: Job) -> None:
        """Hear that a handler begins."""

    def ended(self, job: Job, outcome: str, error: BaseException | None, seconds: float) -> None:
        """Hear how it went: `done`, `ignored`, `retried`, `parked`, `failed` or `returned`."""


class Worker:
    """Works jobs off, several at once, until told to stop.

    - What a dependency that is down breaks is parked without limit: the job is not at fault.
    - A refusal of the domain is final at once: it would be refused again.
    - Anything else is tried three times in all, ever later; then the job is a dead letter.
    - Events nobody handles are done.
    """

    LEASE_SECONDS: ClassVar[float] = 10.0
    """Renewed while a handler runs; after a kill -9 others wait this long at most."""
    BUSY_SECONDS: ClassVar[float] = 0.02
    IDLE_SECONDS: ClassVar[float] = 1.0
    PARK_SECONDS: ClassVar[float] = 2.0
    GRACE_SECONDS: ClassVar[float] = 8.0

    def __init__(
        self,
        *,
        queue: JobQueue,
        handlers: Iterable[Handler],
        observer: WorkerObserver,
        queues: Collection[str],
        concurrency: int = 2,
        retries: RetryPolicy | None = None,
    ) -> None:
        """Work `queues` of `queue` with up to `concurrency` handlers at once.

        ValueError when two handlers are for one kind of event: one of them would never run.
        """
        self._queue = queue
        self._handlers = Handlers(handlers)
        self._observer = observer
        self._queues = queues
        self._concurrency = concurrency
        self._retries = retries or RetryPolicy()
        self._running: dict[JobId, asyncio.Task[None]] = {}
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Say that there may be something to do: an idle worker looks at once."""
        self._wake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; then finish for 8 seconds, and give the rest back."""
        stopping = asyncio.create_task(stop.wait())
        renewing = asyncio.create_task(self._renew())
        try:
            while not stop.is_set():
                await self._pause(stopping, took=await self._take())
        finally:
            await self._drain()
            for task in (stopping, renewing):
                task.cancel()
            await asyncio.gather(stopping, renewing, return_exceptions=True)

    async def run_until_idle(self) -> int:
        """Work off all that is due now, and give how many jobs that were. For tests and scripts."""
        total = 0
        while took := await self._take():
            total += took
            await asyncio.gather(*self._running.values())
        return total

    async def _take(self) -> int:
        self._wake.clear()  # before the look: who wakes during it may have come too late for it
        free = self._concurrency - len(self._running)
        if free <= 0:
            return 0
        try:
            jobs = await self._queue.lease(self._queues, free, self.LEASE_SECONDS)
        except AdapterError:
            return 0  # the queue is away: idle until it is back
        # What still runs here, its lease lost while the store was away, is ours again: let it run.
        for job in (each for each in jobs if each.id not in self._running):
            self._running[job.id] = asyncio.create_task(self._work(job))
        return len(jobs)

    async def _pause(self, stopping: asyncio.Task[bool], *, took: int) -> None:
        seconds = self.BUSY_SECONDS if took else self.IDLE_SECONDS
        waking = asyncio.create_task(self._wake.wait())
        waits = {stopping, waking} if len(self._running) < self._concurrency else {stopping}
        try:
            await asyncio.wait(
                waits | set(self._running.values()),
                timeout=seconds,
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            waking.cancel()

    async def _work(self, job: Job) -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        outcome, error = "returned", None
        try:
            self._observer.started(job)
            outcome, error = await self._outcome(job)
        finally:
            del self._running[job.id]
            self._observer.ended(job, outcome, error, loop.time() - begun)

    async def _outcome(self, job: Job) -> tuple[str, BaseException | None]:
        try:
            outcome = await self._handlers.handle(job)
            await self._queue.finish([job.id])
        except AdapterError as error:
            return await self._settle(job, error, is_fault=not _is_away(error))
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is settled here
            return await self._settle(job, error, is_fault=True)
        return outcome, None

    async def _settle(
        self, job: Job, error: Exception, *, is_fault: bool
    ) -> tuple[str, BaseException]:
        reason = told(error)
        try:
            if not is_fault:
                await self._retry(job, reason, self.PARK_SECONDS, counts=False)
                return "parked", error
            if isinstance(error, DomainError | JobFault) or self._retries.is_last(job.attempts):
                await self._give_up(job, reason)
                return "failed", error
            delay = self._retries.delay(job.attempts, random.random)
            await self._retry(job, reason, delay, counts=True)
        except Exception as second:  # noqa: BLE001 - the lease runs out and the job comes again
            return "returned", second
        return "retried", error

    async def _retry(self, job: Job, reason: str, delay: float, *, counts: bool) -> None:
        await self._queue.retry(job.id, error=reason, delay=delay, counts=counts)

    async def _give_up(self, job: Job, reason: str) -> None:
        # When that has to wait the job comes again, and is given up then.
        kept = await self._handlers.give_up(job, reason)
        await self._queue.bury(job.id, error=kept)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(self.LEASE_SECONDS / 3)
            if not self._running:
                continue
            try:
                await self._queue.renew(list(self._running), self.LEASE_SECONDS)
            except AdapterError:
                continue  # a second run of the same job does no harm

    async def _drain(self) -> None:
        tasks = dict(self._running)
        if not tasks:
            return
        _, late = await asyncio.wait(tasks.values(), timeout=self.GRACE_SECONDS)
        if not late:
            return
        for task in late:
            task.cancel()
        await asyncio.wait(late)
        for job, task in tasks.items():
            if task.cancelled():
                await self._give_back(job)

    async def _give_back(self, job: JobId) -> None:
        try:
            await self._queue.retry(job, error="the worker stopped", delay=0, counts=False)
        except AdapterError:
            return  # the lease runs out by itself


def _is_away(error: AdapterError) -> bool:
    return isinstance(error, AdapterUnavailable)
