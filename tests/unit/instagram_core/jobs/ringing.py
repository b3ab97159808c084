"""A made-up event, handlers that fail on demand, and a queue that goes away."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable

import attrs

from instagram_core.jobs.handlers import Handler
from instagram_core.jobs.model import Job, JobId
from instagram_core.jobs.policy import RetryPolicy
from instagram_core.jobs.service import Worker, WorkerObserver
from instagram_core.kernel.errors import (
    AdapterUnavailable,
)
from instagram_core.kernel.events import Event
from instagram_core.memory.jobs import InMemoryJobQueue
from tests.unit.instagram_core.world import World

ALL = ("default", "slow")


@attrs.frozen(kw_only=True)
class Rang(Event):
    """Something happened."""

    kind = "rang"
    number: int = 0


@attrs.frozen(kw_only=True)
class Dragged(Event):
    """Something happened slowly."""

    kind = "dragged"
    queue = "slow"


class Log(WorkerObserver):
    """Remembers how jobs went."""

    def __init__(self) -> None:
        """Begin empty."""
        self.begun = 0
        self.outcomes: list[tuple[str, str]] = []

    def started(self, job: Job) -> None:
        """Count."""
        self.begun += 1

    def ended(self, job: Job, outcome: str, error: BaseException | None, seconds: float) -> None:
        """Remember outcome and error."""
        assert 0 <= seconds < 30
        self.outcomes.append((outcome, type(error).__name__ if error else ""))


class Ringer:
    """A handler that raises what it was told to, and remembers what it did."""

    def __init__(self, *faults: BaseException | None) -> None:
        """Raise `faults` one after the other, then succeed."""
        self.faults = list(faults)
        self.handled: list[Rang] = []
        self.given_up: list[tuple[Rang, str]] = []
        self.giving_up_fails: list[Exception] = []

    async def handle(self, event: Rang) -> None:
        """Handle, or fail."""
        self.handled.append(event)
        fault = self.faults.pop(0) if self.faults else None
        if fault is not None:
            raise fault

    async def give_up(self, event: Rang, reason: str) -> None:
        """Remember."""
        self.given_up.append((event, reason))
        if self.giving_up_fails:
            raise self.giving_up_fails.pop(0)

    @property
    def handler(self) -> Handler:
        """Give it as workers know it."""
        return Handler(Rang, self.handle, self.give_up)


def worker_of(
    world: World, log: WorkerObserver, *handlers: Handler, concurrency: int = 2
) -> Worker:
    """Give a worker of all queues."""
    return Worker(
        queue=world.family.jobs,
        handlers=handlers,
        observer=log,
        queues=ALL,
        concurrency=concurrency,
        retries=RetryPolicy(attempts=3, first_delay=10, longest_delay=1000),
    )


async def dead_letters(world: World) -> list[Job]:
    """Give the jobs that failed for good."""
    return list((await world.family.ledger.page(failed=True, after=None, limit=50)).items)


async def living(world: World) -> list[Job]:
    """Give the jobs that are waiting or leased."""
    return list((await world.family.ledger.page(failed=False, after=None, limit=50)).items)


class Forgetful(InMemoryJobQueue):
    """Is away for the first calls of a method."""

    def __init__(self, world: World, method: str, times: int = 1) -> None:
        """Raise AdapterUnavailable from `method`, `times` times."""
        super().__init__(world.database)
        self.left = {method: times}
        self.calls: list[str] = []

    def _answer(self, method: str) -> None:
        self.calls.append(method)
        if self.left.get(method, 0) > 0:
            self.left[method] -= 1
            raise AdapterUnavailable(f"{method} is away")

    async def lease(self, queues: Collection[str], limit: int, seconds: float) -> tuple[Job, ...]:
        """Lease, or be away."""
        self._answer("lease")
        return await super().lease(queues, limit, seconds)

    async def renew(self, jobs: Iterable[JobId], seconds: float) -> None:
        """Renew, or be away."""
        self._answer("renew")
        await super().renew(jobs, seconds)

    async def finish(self, jobs: Iterable[JobId]) -> None:
        """Finish, or be away."""
        self._answer("finish")
        await super().finish(jobs)

    async def retry(self, job: JobId, *, error: str, delay: float, counts: bool) -> None:
        """Give back, or be away."""
        self._answer("retry")
        await super().retry(job, error=error, delay=delay, counts=counts)

    async def bury(self, job: JobId, *, error: str) -> None:
        """Bury, or be away."""
        self._answer("bury")
        await super().bury(job, error=error)


class Blocked:
    """A handler that waits until it may go on."""

    def __init__(self) -> None:
        """Hold everybody up."""
        self.may_go = asyncio.Event()
        self.entered: list[int] = []
        self.left: list[int] = []

    async def handle(self, event: Rang) -> None:
        """Wait."""
        self.entered.append(event.number)
        await self.may_go.wait()
        self.left.append(event.number)


class Running:
    """A worker at work in the background."""

    def __init__(self, worker: Worker) -> None:
        """Start it."""
        self.worker = worker
        self._stop = asyncio.Event()
        self.task = asyncio.create_task(worker.run(self._stop))

    async def stop(self) -> None:
        """Stop it and wait for its end."""
        self._stop.set()
        await self.task


async def until(condition: Callable[[], Awaitable[bool] | bool]) -> None:
    """Let others run until something is so."""
    while True:
        answer = condition()
        if (answer if isinstance(answer, bool) else await answer) is True:
            return
        await asyncio.sleep(0)
