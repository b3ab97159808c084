"""The queue between those who record events and those who handle them."""

from abc import abstractmethod
from collections.abc import Collection, Iterable, Sequence
from typing import Protocol

from instagram_core.jobs.model import Job, JobId, QueueDepth
from instagram_core.kernel.events import Event
from instagram_core.kernel.paging import Page, Position


class JobQueue(Protocol):
    """Hands jobs to workers, each to one at a time, for as long as a lease lasts.

    Jobs get in through `Outbox.add`. There is no order among them. A job whose lease ran out is
    handed out again, so every handler must bear a second run.
    """

    @abstractmethod
    async def lease(self, queues: Collection[str], limit: int, seconds: float) -> tuple[Job, ...]:
        """Take up to `limit` due jobs of `queues` for `seconds`, oldest due first.

        Two callers never hold the same job at once. Empty when nothing is due. An expired lease
        does not count as an attempt.
        """

    @abstractmethod
    async def renew(self, jobs: Iterable[JobId], seconds: float) -> None:
        """Let the leases of jobs run for `seconds` from now; unleased and absent ones stay so."""

    @abstractmethod
    async def finish(self, jobs: Iterable[JobId]) -> None:
        """Remove jobs that are done; absent ones are passed over. Idempotent."""

    @abstractmethod
    async def retry(self, job: JobId, *, error: str, delay: float, counts: bool) -> None:
        """Give a leased job back, due in `delay` seconds, with what went wrong.

        `counts` adds an attempt: False when a dependency was down and the job is not at fault, or
        the worker stops. An absent job is passed over.
        """

    @abstractmethod
    async def bury(self, job: JobId, *, error: str) -> None:
        """Make a job a dead letter: visible, never leased, until requeued. Idempotent."""


class JobLedger(Protocol):
    """What an operator sees and does to jobs."""

    @abstractmethod
    async def page(self, *, failed: bool, after: Position | None, limit: int) -> Page[Job]:
        """Give dead letters or living jobs, newest first by `(created_at, id)`."""

    @abstractmethod
    async def requeue(self, jobs: Collection[JobId] | None) -> int:
        """Put dead letters back, due now with no attempts; None means all. Give how many."""

    @abstractmethod
    async def discard(self, jobs: Collection[JobId] | None) -> int:
        """Remove dead letters for good; None means all. Living jobs stay. Give how many."""

    @abstractmethod
    async def depth(self) -> tuple[QueueDepth, ...]:
        """Give each queue that holds anything, in order of name."""

    @abstractmethod
    async def admit(self, letters: Sequence[Job]) -> None:
        """Take dead letters in that a broker had; each has `failed_at`.

        Where a job with such an id is here already, alive or dead, it stays as it is. Idempotent.
        """


class JobBroker(Protocol):
    """Carries jobs from the table to the workers of all processes, through a `JobQueue` of its own.

    What it has it has durably. A job that was published twice may be handed out twice.
    """

    @abstractmethod
    async def reach(self) -> None:
        """Return when the broker answers; AdapterUnavailable when it does not."""

    @abstractmethod
    async def publish(self, jobs: Sequence[Job]) -> None:
        """Return when the broker has all of `jobs`, each in its queue.

        AdapterUnavailable: it may have any of them, so all are to be published again. A queue that
        is missing is made.
        """

    @abstractmethod
    async def dead_letters(self, limit: int) -> tuple[Job, ...]:
        """Give up to `limit` dead letters, with `error`, in no order.

        `failed_at` is when a worker buried it; None where the broker itself gave it up, because it
        was handed out again and again, and no handler knows of that yet.
        They are given again, here or to others, until they are forgotten.
        """

    @abstractmethod
    async def forget(self, letters: Collection[JobId]) -> None:
        """Remove dead letters that `dead_letters` gave to this process; others are passed over."""

    @abstractmethod
    async def depth(self) -> tuple[QueueDepth, ...]:
        """Give each queue that holds anything, in order of name; what it cannot count is 0."""


class Schedule(Protocol):
    """Makes a recurring event happen once, however many schedulers run."""

    @abstractmethod
    async def strike(self, name: str, slot: int, event: Event) -> bool:
        """Record `event` for `slot` of schedule `name` unless that slot or a later one was struck.

        True when this call did it. The slot and the job are stored together. Slots are numbered
        by the caller (Unix time over the period) and only rise.
        """
