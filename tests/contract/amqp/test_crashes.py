"""What is left by processes that were killed, and by jobs that kill them."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import attrs

from instagram_amqp.broker import AmqpJobBroker
from instagram_amqp.connection import AmqpSettings
from instagram_amqp.messages import UNREADABLE
from instagram_amqp.queue import AmqpJobQueue
from instagram_amqp.topology import DELIVERIES, Names
from instagram_core.assembly import RelationalFamily
from instagram_core.jobs.model import Job, JobId
from instagram_core.jobs.service import Handlers, Relay
from instagram_core.kernel.clock import SystemClock
from instagram_core.kernel.ids import UuidV7Generator
from instagram_core.testing.contracts.jobs.bells import Rang
from instagram_postgres.database import PostgresDatabase
from instagram_postgres.family import postgres_family
from tests.contract.amqp.opening import (
    QUEUES,
    Silent,
    broker_and_queue,
    link,
    namespace,
)
from tests.servers.postgres import wheel_databases
from tests.servers.rabbitmq import rabbitmq

CLOCK = SystemClock()
IDS = UuidV7Generator(CLOCK)


@contextmanager
def dying(what: str, settings: AmqpSettings, *others: str) -> Iterator[str]:
    """Give the first line of a process that is killed at the end of the block."""
    module = "tests.contract.amqp.dying"
    command = [sys.executable, "-m", module, what, settings.url, settings.prefix, *others]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def job(number: int, queue: str = "contract") -> Job:
    """Make a job."""
    return Job(
        id=JobId(IDS.new()),
        queue=queue,
        kind="rang",
        payload={"number": number},
        attempts=0,
        created_at=number,
    )


async def next_job(queue: AmqpJobQueue) -> Job:
    """Wait for a delivery."""
    while True:
        for found in await queue.lease(QUEUES, 1, 60):
            return found
        await asyncio.sleep(0.005)


async def next_letter(broker: AmqpJobBroker) -> Job:
    """Wait for a dead letter."""
    while True:
        for letter in await broker.dead_letters(1):
            return letter
        await asyncio.sleep(0.02)


@asynccontextmanager
async def table() -> AsyncIterator[tuple[RelationalFamily, str]]:
    """Give an empty family on PostgreSQL, and its address."""
    url = await wheel_databases().fresh()
    async with PostgresDatabase.open(url) as database:
        yield postgres_family(database, CLOCK, IDS), url


async def test_the_job_of_a_killed_worker_goes_to_another() -> None:
    """At once: the broker sees the connection end. It costs the job no attempt."""
    async with namespace(rabbitmq()) as settings, AmqpJobBroker.open(settings) as broker:
        await broker.publish([job(7)])
        with dying("work", settings) as number:
            assert number == "7"
        async with AmqpJobQueue.open(settings, broker, prefetch=1, clock=CLOCK) as queue:
            again = await next_job(queue)
            assert (again.payload["number"], again.attempts) == (7, 0)


async def test_a_relay_killed_after_publishing_costs_a_second_run_and_no_job() -> None:
    """The rows are leased again, published again, and then gone."""
    async with namespace(rabbitmq()) as settings, table() as (family, url):
        await family.outbox.add(*(Rang(number=number) for number in range(5)))
        with dying("relay", settings, url) as published:
            assert published == "5"
        async with broker_and_queue(settings, CLOCK) as (broker, queue):
            relay = Relay(
                table=family.jobs,
                ledger=family.ledger,
                broker=broker,
                queues=QUEUES,
                give_up=Handlers([]).give_up,
                observer=Silent(),
                clock=CLOCK,
            )
            while not await relay.forward():  # noqa: ASYNC110 - a lease runs out in silence
                await asyncio.sleep(0.1)
            numbers = [(await next_job(queue)).payload["number"] for _ in range(10)]
            assert sorted(numbers) == sorted([*range(5), *range(5)])
            assert await family.ledger.depth() == ()


async def test_a_job_that_kills_its_workers_ends_as_a_dead_letter() -> None:
    """After so many deliveries without an answer; the others of its queue go on."""
    async with namespace(rabbitmq()) as settings, AmqpJobBroker.open(settings) as broker:
        poison, good = job(1), job(2)
        await broker.publish([poison])
        for _ in range(DELIVERIES + 1):
            async with AmqpJobQueue.open(settings, broker, prefetch=1, clock=CLOCK) as queue:
                assert (await next_job(queue)).id == poison.id
        letter = await next_letter(broker)
        assert (letter.id, letter.failed_at) == (poison.id, None)
        assert "it may kill its worker" in (letter.error or "")
        await broker.publish([good])
        async with AmqpJobQueue.open(settings, broker, prefetch=1, clock=CLOCK) as queue:
            assert (await next_job(queue)).id == good.id


async def test_what_is_no_job_ends_as_a_dead_letter() -> None:
    """Somebody else's message stops no consumer, and is there to be looked at."""
    async with namespace(rabbitmq()) as settings, broker_and_queue(settings, CLOCK) as both:
        broker, queue = both
        await broker.declare()
        await queue.lease(QUEUES, 1, 60)
        await asyncio.to_thread(_publish_nonsense, settings)
        letter = await next_letter(broker)
        assert (letter.kind, letter.payload) == (UNREADABLE, {"body": "nonsense"})


def _publish_nonsense(settings: AmqpSettings) -> None:
    names = Names(settings.prefix)
    with link(settings.url) as connection:
        connection.Producer().publish("nonsense", exchange=names.jobs, routing_key="contract")


async def test_no_queue_stands_before_another() -> None:
    """However much fan-out was delivered before it, a photograph is the first or the second."""
    async with namespace(rabbitmq()) as settings, broker_and_queue(settings, CLOCK) as both:
        broker, queue = both
        photograph = job(100, "contract")
        await broker.publish([*(job(number, "another") for number in range(100)), photograph])
        delivered = asyncio.Semaphore(0)
        queue.listen(delivered.release)
        await queue.lease(QUEUES, 0, 60)
        for _ in range(101):
            await delivered.acquire()
        jobs = await queue.lease(QUEUES, 2, 60)
        assert sorted(each.queue for each in jobs) == ["another", "contract"]


async def test_a_retry_waits_in_its_step_and_keeps_what_it_knows() -> None:
    """A second later it is in its queue again, with attempts and error."""
    async with namespace(rabbitmq()) as settings, broker_and_queue(settings, CLOCK) as both:
        broker, queue = both
        await broker.publish([job(1)])
        first = await next_job(queue)
        begun = asyncio.get_running_loop().time()
        await queue.retry(first.id, error="busy", delay=0.6, counts=True)
        again = await next_job(queue)
        assert asyncio.get_running_loop().time() - begun >= 0.6
        assert again == attrs.evolve(first, attempts=1, error="busy")


async def test_a_paused_queue_gives_back_what_nobody_leased() -> None:
    """Another worker has it at once; what is leased may still be finished."""
    async with namespace(rabbitmq()) as settings, broker_and_queue(settings, CLOCK) as both:
        broker, queue = both
        await broker.publish([job(1), job(2)])
        mine = await next_job(queue)
        queue.pause()
        async with AmqpJobQueue.open(settings, broker, prefetch=5, clock=CLOCK) as other:
            theirs = await next_job(other)
            assert {mine.payload["number"], theirs.payload["number"]} == {1, 2}
            await queue.finish([mine.id])
            await other.finish([theirs.id])
        assert await broker.depth() == ()
