"""The broker as the relay sees it: publishes, dead letters, depths."""

from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from contextlib import asynccontextmanager

from instagram_amqp.connection import AmqpSettings
from instagram_amqp.messages import Sending
from instagram_amqp.publisher import Publisher
from instagram_amqp.session import Session
from instagram_amqp.topology import STEPS, Names, step_for
from instagram_core.jobs.model import Job, JobId, QueueDepth
from instagram_core.jobs.ports import JobBroker
from instagram_core.kernel.guard import Guard, Unguarded

RETRYING = "retrying"
"""The name under which jobs that wait for another attempt are counted, whatever their queue."""
DEAD = "dead-letters"
"""The name under which dead letters are counted that the relay has not fetched yet."""


class AmqpJobBroker(JobBroker):
    """Publishes jobs to RabbitMQ, with confirms, by one thread."""

    def __init__(
        self, settings: AmqpSettings, *, queues: Iterable[str] = (), guard: Guard | None = None
    ) -> None:
        """Count `queues` in `depth`, and make them in `declare`; others are made when needed."""
        self._names = Names(settings.prefix)
        self._queues = sorted(queues)
        self._guard = guard or Unguarded()
        self._publisher = Publisher(settings)

    @classmethod
    @asynccontextmanager
    async def open(
        cls, settings: AmqpSettings, *, queues: Iterable[str] = (), guard: Guard | None = None
    ) -> AsyncIterator["AmqpJobBroker"]:
        """Give one for the length of a block; the broker may be away, and come later."""
        broker = cls(settings, queues=queues, guard=guard)
        try:
            yield broker
        finally:
            await broker.close()

    async def close(self) -> None:
        """End the connection; twice is fine."""
        await self._publisher.close()

    async def declare(self) -> None:
        """Make exchanges and queues that are missing. Safe twice, and twice at once."""
        async with self._guard():
            await self._publisher.call(lambda session: session.declare(self._queues))

    async def version(self) -> str:
        """Give the broker's version."""
        async with self._guard():
            return await self._publisher.call(lambda session: session.version)

    async def reach(self) -> None:
        """Ask for an answer."""
        async with self._guard():
            await self._publisher.call(lambda session: session.reach())

    async def publish(self, jobs: Sequence[Job]) -> None:
        """Publish jobs to their queues."""
        await self._send([Sending(job, self._names.jobs, job.queue) for job in jobs])

    async def put_off(self, job: Job, delay: float) -> None:
        """Publish a job that returns to its queue after `delay` seconds, or a little more."""
        step = step_for(delay)
        exchange = self._names.jobs if step is None else self._names.step(step)
        await self._send([Sending(job, exchange, job.queue)])

    async def bury(self, job: Job) -> None:
        """Publish a dead letter."""
        await self._send([Sending(job, self._names.dead, job.queue)])

    async def _send(self, sendings: Sequence[Sending]) -> None:
        if sendings:
            async with self._guard():
                await self._publisher.call(lambda session: session.publish(sendings))

    async def dead_letters(self, limit: int) -> tuple[Job, ...]:
        """Take dead letters; those that are not forgotten go back when the connection ends."""
        async with self._guard():
            return await self._publisher.call(lambda session: session.dead_letters(limit))

    async def forget(self, letters: Collection[JobId]) -> None:
        """Acknowledge dead letters that were taken."""
        async with self._guard():
            await self._publisher.call(lambda session: session.forget(letters))

    async def depth(self) -> tuple[QueueDepth, ...]:
        """Count what is ready; what workers hold, and for how long, the broker does not tell."""
        async with self._guard():
            return await self._publisher.call(self._counted)

    async def missing(self) -> tuple[str, ...]:
        """Give the names of queues that are not there."""
        async with self._guard():
            return await self._publisher.call(self._absent)

    def _absent(self, session: Session) -> tuple[str, ...]:
        names = [self._names.letters, *(self._names.step(step) for step in STEPS)]
        names += [self._names.queue(queue) for queue in self._queues]
        return tuple(name for name in names if session.count(name) is None)

    def _counted(self, session: Session) -> tuple[QueueDepth, ...]:
        ready = {queue: session.count(self._names.queue(queue)) or 0 for queue in self._queues}
        delayed = sum(session.count(self._names.step(step)) or 0 for step in STEPS)
        failed = session.count(self._names.letters) or 0
        depths = [_depth(queue, ready=count) for queue, count in ready.items()]
        depths += [_depth(RETRYING, delayed=delayed), _depth(DEAD, failed=failed)]
        found = (each for each in depths if each.ready or each.delayed or each.failed)
        return tuple(sorted(found, key=lambda depth: depth.queue))


def _depth(queue: str, *, ready: int = 0, delayed: int = 0, failed: int = 0) -> QueueDepth:
    return QueueDepth(
        queue=queue, ready=ready, delayed=delayed, leased=0, failed=failed, oldest_ready_at=None
    )
