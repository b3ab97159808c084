"""The threads of RabbitMQ's connections get along with every event loop."""

import asyncio

from instagram_core.jobs.model import Job, JobId
from instagram_core.kernel.clock import SystemClock
from instagram_core.kernel.ids import UuidV7Generator
from tests.contract.amqp.opening import QUEUES, broker_and_queue, namespace
from tests.loops import OnLoop
from tests.servers.rabbitmq import rabbitmq


def test_what_is_published_is_delivered_and_done(on_loop: OnLoop) -> None:
    """Deliveries wake the loop that leases; confirms wake the one that publishes."""
    clock = SystemClock()
    ids = UuidV7Generator(clock)

    async def run() -> None:
        async with (
            asyncio.timeout(20),
            namespace(rabbitmq()) as settings,
            broker_and_queue(settings, clock) as (broker, queue),
        ):
            delivered = asyncio.Semaphore(0)
            queue.listen(delivered.release)
            await queue.lease(QUEUES, 0, 60)
            jobs = {job.id: job for job in (_job(ids, number) for number in range(50))}
            await broker.publish(list(jobs.values()))
            for _ in jobs:
                await delivered.acquire()
            found = await queue.lease(QUEUES, len(jobs), 60)
            assert jobs == {job.id: job for job in found}
            await queue.finish(list(jobs))
            assert await broker.depth() == ()

    on_loop(run())


def _job(ids: UuidV7Generator, number: int) -> Job:
    return Job(
        id=JobId(ids.new()),
        queue="contract",
        kind="rang",
        payload={"number": number},
        attempts=0,
        created_at=number,
    )
