"""The relay: carries jobs from the table to a broker, and dead letters back."""

import asyncio
from collections.abc import Awaitable, Collection
from contextlib import suppress
from typing import ClassVar, Protocol, TypeVar

import attrs

from instagram_core.jobs.model import Job
from instagram_core.jobs.ports import JobBroker, JobLedger, JobQueue
from instagram_core.jobs.service.handling import GiveUp
from instagram_core.jobs.service.relayed import taken_in
from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.kernel.errors import AdapterError, AdapterUnavailable

T = TypeVar("T")


class RelayObserver(Protocol):
    """Is told what a relay does: for logs and metrics."""

    def relayed(self, jobs: int, seconds: float, lag: float) -> None:
        """Hear of a batch that the broker has, and how old the oldest of it was then."""

    def returned(self, letters: int) -> None:
        """Hear of dead letters that are in the table now."""

    def broker_is_away(self, error: AdapterError) -> None:
        """Hear that the broker went away: once, until it is back."""

    def broker_is_back(self) -> None:
        """Hear that the broker answers again."""


class Relay:
    """Leases rows of the table, publishes them, and removes them when the broker has them.

    - Several relays share the table by its leases.
    - Whatever happens in between, a job is published again: twice maybe, never not at all.
    - No queue waits behind another: what is far behind in one does not hold the others up.
    - While the broker is away nothing is leased, so that workers may take the rows themselves.
    """

    BATCH: ClassVar[int] = 200
    TOGETHER: ClassVar[int] = 5
    """Batches of each lane, when far behind, between two looks at whether to stop."""
    LEASE_SECONDS: ClassVar[float] = 5.0
    """Longer than publishing may take; after a kill -9 others publish the rest so much later."""
    BUSY_SECONDS: ClassVar[float] = 0.02
    IDLE_SECONDS: ClassVar[float] = 1.0
    LETTERS: ClassVar[int] = 100

    def __init__(
        self,
        *,
        table: JobQueue,
        ledger: JobLedger,
        broker: JobBroker,
        queues: Collection[str],
        give_up: GiveUp,
        observer: RelayObserver,
        clock: Clock,
    ) -> None:
        """Carry the jobs of `queues` from `table` to `broker`, and dead letters to `ledger`.

        What the broker gave up, and no worker did, goes to `give_up` before.
        """
        self._table = table
        self._ledger = ledger
        self._broker = broker
        self._queues = tuple(queues)
        self._give_up = give_up
        self._observer = observer
        self._clock = clock
        self._is_away = False
        self._wake = asyncio.Event()

    def is_away(self) -> bool:
        """Tell whether the broker was away when it was last asked."""
        return self._is_away

    def wake(self) -> None:
        """Say that there may be something to do: an idle relay looks at once."""
        self._wake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Carry until `stop` is set. The batch under way is ended first."""
        loop = asyncio.get_running_loop()
        collect_at = loop.time()
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                self._wake.clear()
                carried = await self._carried()
                if loop.time() >= collect_at:
                    await self._collected()
                    collect_at = loop.time() + self.IDLE_SECONDS
                if carried < self.BATCH:
                    await self._pause(stopping, self.BUSY_SECONDS if carried else self.IDLE_SECONDS)
        finally:
            stopping.cancel()

    async def forward(self) -> int:
        """Publish what is due now, a batch at most of each queue; give how many jobs that were.

        AdapterUnavailable when the broker is away, or the table: then it happens again.
        """
        if self._is_away:
            await self._ask(self._broker.reach())
        jobs = await self._due()
        if jobs:
            loop = asyncio.get_running_loop()
            begun = loop.time()
            await self._publish(jobs)
            await self._table.finish([job.id for job in jobs])
            self._observer.relayed(len(jobs), loop.time() - begun, self._lag(jobs))
        return len(jobs)

    async def collect(self) -> int:
        """Move dead letters of the broker into the table, and give how many that were.

        One that cannot be given up now stays with the broker until it can.
        """
        if self._is_away:
            await self._ask(self._broker.reach())
        letters = await self._ask(self._broker.dead_letters(self.LETTERS))
        kept = await taken_in(letters, self._ledger, self._settled)
        if kept:
            await self._ask(self._broker.forget(kept))
            self._observer.returned(len(kept))
        return len(kept)

    async def _settled(self, letter: Job) -> Job | None:
        if letter.failed_at is not None:
            return letter
        try:
            reason = await self._give_up(letter, letter.error or "given up by the broker")
        except AdapterUnavailable:
            return None
        return attrs.evolve(letter, error=reason, failed_at=to_milliseconds(self._clock.now()))

    async def _due(self) -> tuple[Job, ...]:
        jobs = await self._table.lease(self._queues, self.BATCH, self.LEASE_SECONDS)
        if len(jobs) < self.BATCH:
            return jobs
        # The oldest may all be of one queue: what is due in the others goes along.
        seen = {job.queue for job in jobs}
        others = [queue for queue in self._queues if queue not in seen]
        more = await self._table.lease(others, self.BATCH, self.LEASE_SECONDS) if others else ()
        return jobs + more

    async def _publish(self, jobs: Collection[Job]) -> None:
        try:
            await self._ask(self._broker.publish(tuple(jobs)))
        except AdapterUnavailable:
            # A lease that ends now: workers may have the rows at once.
            with suppress(AdapterError):
                await self._table.renew([job.id for job in jobs], 0)
            raise

    async def _ask(self, answer: Awaitable[T]) -> T:
        try:
            given = await answer
        except AdapterUnavailable as error:
            if not self._is_away:
                self._is_away = True
                self._observer.broker_is_away(error)
            raise
        if self._is_away:
            self._is_away = False
            self._observer.broker_is_back()
        return given

    async def _carried(self) -> int:
        try:
            carried = await self.forward()
        except AdapterError:
            return 0  # the rows stay, or their leases run out: they are published again
        if carried < self.BATCH:
            return carried
        # Far behind: one batch is leased while another is being published.
        lanes = (self._lane(), self._lane())
        return carried + sum(await asyncio.gather(*lanes))

    async def _lane(self) -> int:
        total = 0
        with suppress(AdapterError):
            for _ in range(self.TOGETHER):
                carried = await self.forward()
                total += carried
                if carried < self.BATCH:
                    break
        return total

    async def _collected(self) -> None:
        try:
            while await self.collect() == self.LETTERS:
                continue
        except AdapterError:
            return  # they stay where they are

    async def _pause(self, stopping: asyncio.Task[bool], seconds: float) -> None:
        waking = asyncio.create_task(self._wake.wait())
        try:
            await asyncio.wait(
                {stopping, waking}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            waking.cancel()

    def _lag(self, jobs: Collection[Job]) -> float:
        oldest = min(job.created_at for job in jobs)
        return max(to_milliseconds(self._clock.now()) - oldest, 0) / 1000
