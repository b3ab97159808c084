"""Processes of tests that are killed in the middle of something: `python -m … <what> <url> …`."""

import asyncio
import sys
from collections.abc import Iterable

from instagram_amqp.broker import AmqpJobBroker
from instagram_amqp.connection import AmqpSettings
from instagram_amqp.queue import AmqpJobQueue
from instagram_core.jobs.model import JobId
from instagram_core.jobs.service import Handlers, Relay
from instagram_core.kernel.clock import SystemClock
from instagram_core.kernel.ids import UuidV7Generator
from instagram_postgres.database import PostgresDatabase
from instagram_postgres.family import postgres_family
from instagram_postgres.jobs import PostgresJobQueue
from tests.contract.amqp.opening import QUEUES, Silent


async def told(number: int) -> None:
    """Say how far it came, and wait to be killed."""
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


class NeverDone(PostgresJobQueue):
    """Says when it is to remove rows, and never does."""

    async def finish(self, jobs: Iterable[JobId]) -> None:
        """Wait to be killed."""
        await told(len(list(jobs)))


async def work(settings: AmqpSettings) -> None:
    """Take a job, tell its number, and never end it."""
    async with (
        AmqpJobBroker.open(settings) as broker,
        AmqpJobQueue.open(settings, broker, prefetch=1, clock=SystemClock()) as queue,
    ):
        delivered = asyncio.Event()
        queue.listen(delivered.set)
        await queue.lease(QUEUES, 0, 60)
        await delivered.wait()
        (job,) = await queue.lease(QUEUES, 1, 60)
        await told(job.payload["number"])


async def relay(settings: AmqpSettings, url: str) -> None:
    """Publish what is in a database, and never remove it there."""
    clock = SystemClock()
    async with (
        PostgresDatabase.open(url) as database,
        AmqpJobBroker.open(settings) as broker,
    ):
        family = postgres_family(database, clock, UuidV7Generator(clock))
        table = NeverDone(database, family.jobs._job_rows)  # type: ignore[attr-defined]
        await Relay(
            table=table,
            ledger=family.ledger,
            broker=broker,
            queues=QUEUES,
            give_up=Handlers([]).give_up,
            observer=Silent(),
            clock=clock,
        ).forward()


if __name__ == "__main__":
    what, url, prefix, *others = sys.argv[1:]
    chosen = AmqpSettings(url=url, prefix=prefix)
    asyncio.run(work(chosen) if what == "work" else relay(chosen, *others))
