"""A worker, an operator and a scheduler at one queue, at random."""

from typing import ClassVar

import attrs
from hypothesis import strategies as st

from instagram_core.assembly.families import RelationalFamily
from instagram_core.jobs.model import JobId
from instagram_core.testing.contracts.jobs.bells import Rang
from instagram_core.testing.machine import Machine, move
from instagram_core.testing.paging import walk


class JobMachine(Machine[RelationalFamily]):
    """A worker that leases jobs of one queue and ends them in every way."""

    pauses = st.sampled_from([1, 5, 9, 10, 11, 30])
    number: ClassVar[st.SearchStrategy[int]] = st.integers(0, 3)

    async def prepare(self) -> None:
        """Take a queue that no other example uses."""
        name = f"q{self.world.id('queue').hex}"
        self.event = type("RangApart", (Rang,), {"queue": name})
        self.queue = name
        self.count = 0
        self.held: dict[int, JobId] = {}
        self.dead: dict[int, JobId] = {}

    @move()
    async def ring(self) -> None:
        """Record one event."""
        self.count += 1
        await self.subject.outbox.add(self.event(number=self.count - 1))

    @move(3, limit=st.integers(1, 3), seconds=st.sampled_from([5, 10, 20]))
    async def lease(self, limit: int, seconds: int) -> object:
        """Lease; what is due at the same moment may come in any order, so all of it is asked."""
        jobs = await self.subject.jobs.lease([self.queue], limit * 100, seconds)
        for job in jobs:
            self.held[job.payload["number"]] = job.id
        return sorted((job.payload["number"], job.attempts, job.error or "") for job in jobs)

    @move(number=number, seconds=st.sampled_from([5, 20]))
    async def renew(self, number: int, seconds: int) -> None:
        """Keep a job that is held."""
        if job := self.held.get(number):
            await self.subject.jobs.renew([job], seconds)

    @move(number=number)
    async def finish(self, number: int) -> None:
        """Finish a job that is held."""
        if job := self.held.pop(number, None):
            await self.subject.jobs.finish([job])

    @move(number=number, delay=st.sampled_from([0, 5, 10]), counts=st.booleans())
    async def retry(self, number: int, delay: int, *, counts: bool) -> None:
        """Give a job that is held back."""
        if job := self.held.pop(number, None):
            await self.subject.jobs.retry(job, error="again", delay=delay, counts=counts)

    @move(3, number=number)
    async def bury(self, number: int) -> None:
        """Make a job that is held a dead letter."""
        if job := self.held.pop(number, None):
            self.dead[number] = job
            await self.subject.jobs.bury(job, error="dead")

    @move(number=number)
    async def requeue(self, number: int) -> object:
        """Put a dead letter back."""
        job = self.dead.pop(number, None)
        return job and await self.subject.ledger.requeue([job])

    @move(number=number)
    async def discard(self, number: int) -> object:
        """Remove a dead letter."""
        job = self.dead.pop(number, None)
        return job and await self.subject.ledger.discard([job])

    @move()
    async def ledger(self) -> object:
        """Read dead letters and living jobs to the end."""
        return [await self._listed(failed=True), await self._listed(failed=False)]

    async def _listed(self, *, failed: bool) -> object:
        read = self.subject.ledger.page
        jobs = await walk(lambda after, n: read(failed=failed, after=after, limit=n), 3)
        mine = [job for job in jobs if job.queue == self.queue]
        return [(job.payload["number"], job.attempts, job.error) for job in mine]

    @move()
    async def depth(self) -> object:
        """Count the queue."""
        found = await self.subject.ledger.depth()
        return [attrs.evolve(depth, queue="") for depth in found if depth.queue == self.queue]

    @move(slot=st.integers(0, 3))
    async def strike(self, slot: int) -> object:
        """Strike a schedule."""
        name = self.queue
        return await self.subject.schedule.strike(name, slot, self.event(number=100 + slot))
