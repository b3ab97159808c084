"""A broker that is killed, frozen or started again costs no job, and holds nobody up."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager

import attrs
import pytest

from instagram_amqp.broker import AmqpJobBroker
from instagram_amqp.connection import AmqpSettings
from instagram_amqp.queue import AmqpJobQueue
from instagram_core.assembly import RelationalFamily
from instagram_core.jobs.handlers import Handler
from instagram_core.jobs.model import Job
from instagram_core.jobs.service import (
    Handlers,
    Relay,
    RelayedJobQueue,
    Worker,
    WorkerObserver,
)
from instagram_core.kernel.clock import SystemClock
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.kernel.events import Event
from instagram_core.kernel.ids import UuidV7Generator
from instagram_core.memory.database import Database
from instagram_core.memory.relational import in_memory_family
from tests.contract.amqp.opening import Silent
from tests.servers.rabbitmq import RabbitMQ

QUEUES = ("contract",)
DEADLINE = 2.0
JOBS = 1000


@attrs.frozen(kw_only=True)
class Rang(Event):
    """A bell rang."""

    kind = "rang"
    queue = "contract"
    number: int


class Unheard(WorkerObserver):
    """Tells nobody."""

    def started(self, job: Job) -> None:
        """Pass over."""

    def ended(self, job: Job, outcome: str, error: BaseException | None, seconds: float) -> None:
        """Pass over."""


@attrs.frozen(kw_only=True)
class Process:
    """What one process with a worker has: a table, a relay, a queue, a worker."""

    family: RelationalFamily
    broker: AmqpJobBroker
    relay: Relay
    queue: RelayedJobQueue
    handled: list[int]

    async def ring(self, first: int, count: int = 1) -> None:
        """Record events."""
        events = (Rang(number=number) for number in range(first, first + count))
        await self.family.outbox.add(*events)


@pytest.fixture(scope="module")
def server() -> Iterator[RabbitMQ]:
    """Give a broker of these tests alone, whose queues were made long before anything fails."""
    server = RabbitMQ()
    asyncio.run(_declared(server))
    yield server
    server.close()


async def _declared(server: RabbitMQ) -> None:
    async with AmqpJobBroker.open(AmqpSettings(url=server.url), queues=QUEUES) as broker:
        await broker.declare()
    await asyncio.sleep(1.5)  # what was declared just before a crash does not survive it


@asynccontextmanager
async def process(server: RabbitMQ, *, falls_back: bool = True) -> AsyncIterator[Process]:
    """Run relay and worker, as a process does; `falls_back`: on the table, without the broker."""
    settings = AmqpSettings(url=server.url, seconds=DEADLINE)
    clock = SystemClock()
    family = in_memory_family(Database(clock, UuidV7Generator(clock)))
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(AmqpJobBroker.open(settings, queues=QUEUES))
        opening = AmqpJobQueue.open(settings, broker, prefetch=20, clock=clock)
        deliveries = await stack.enter_async_context(opening)
        relay = Relay(
            table=family.jobs,
            ledger=family.ledger,
            broker=broker,
            queues=QUEUES,
            give_up=Handlers([]).give_up,
            observer=Silent(),
            clock=clock,
        )
        is_away = relay.is_away if falls_back else lambda: False
        queue = RelayedJobQueue(broker=deliveries, table=family.jobs, is_away=is_away)
        handled: list[int] = []
        worker = _worker(queue, handled)
        deliveries.listen(worker.wake)
        stop = asyncio.Event()
        running = [asyncio.create_task(each.run(stop)) for each in (relay, worker)]
        yield Process(family=family, broker=broker, relay=relay, queue=queue, handled=handled)
        stop.set()
        await asyncio.gather(*running)


def _worker(queue: RelayedJobQueue, handled: list[int]) -> Worker:
    async def handle(event: Rang) -> None:
        handled.append(event.number)

    return Worker(
        queue=queue,
        handlers=[Handler(Rang, handle)],
        observer=Unheard(),
        queues=QUEUES,
        concurrency=20,
    )


async def within(seconds: float, condition: Callable[[], bool | Awaitable[bool]]) -> float:
    """Give the seconds until something is so; fails when they are too many."""
    begun = time.monotonic()
    async with asyncio.timeout(seconds):
        while True:
            answer = condition()
            if (answer if isinstance(answer, bool) else await answer) is True:
                return time.monotonic() - begun
            await asyncio.sleep(0.01)


async def test_a_killed_broker_stops_nobody(server: RabbitMQ) -> None:
    """Its jobs wait, the table's are worked off without it, and all is drained on its return."""
    async with process(server) as one:
        await one.ring(0)
        await within(10, lambda: one.handled == [0])
        server.kill()
        await one.ring(1, 5)
        await within(5, lambda: set(range(6)) == set(one.handled))
        await one.ring(6, 5)
        await within(3, lambda: set(range(11)) == set(one.handled))
        server.restart()
        await within(10, lambda: not one.relay.is_away())
        await one.ring(11)
        await within(15, lambda: 11 in one.handled)
        assert await one.family.ledger.depth() == ()


async def test_a_frozen_broker_is_given_up_by_its_deadline(server: RabbitMQ) -> None:
    """A publish ends when it must; what its end left open is published again."""
    async with process(server) as one:
        await one.ring(0)
        await within(10, lambda: one.handled == [0])
        server.freeze()
        try:
            begun = time.monotonic()
            with pytest.raises(AdapterUnavailable) as refused:
                await one.broker.reach()
            assert time.monotonic() - begun < DEADLINE * 2.5
            assert refused.value.__cause__ is not None
            await one.ring(1, 5)
            await within(8, one.relay.is_away)
            await within(10, lambda: set(range(6)) == set(one.handled))
        finally:
            server.thaw()
        await within(10, lambda: not one.relay.is_away())
        await one.ring(6)
        await within(15, lambda: 6 in one.handled)


async def test_a_confirm_that_comes_late_confirms_nothing_else(server: RabbitMQ) -> None:
    """After a timeout the connection is new: the next message is confirmed by its own word."""
    settings = AmqpSettings(url=server.url, seconds=0.5)
    async with AmqpJobBroker.open(settings, queues=QUEUES) as broker:
        await broker.reach()
        server.freeze()
        late = asyncio.create_task(broker.publish([_job(1)]))
        with pytest.raises(AdapterUnavailable):
            await late
        server.thaw()
        await within(10, lambda: _is_published(broker, _job(2)))
        clock = SystemClock()
        async with AmqpJobQueue.open(settings, broker, prefetch=20, clock=clock) as queue:
            found: set[int] = set()

            async def arrived() -> bool:
                for job in await queue.lease(QUEUES, 20, 60):
                    found.add(job.payload["number"])
                    await queue.finish([job.id])
                return 2 in found

            await within(10, arrived)


async def _is_published(broker: AmqpJobBroker, job: Job) -> bool:
    try:
        await broker.publish([job])
    except AdapterUnavailable:
        return False
    return True


def _job(number: int) -> Job:
    clock = SystemClock()
    return Job(
        id=UuidV7Generator(clock).new(),  # type: ignore[arg-type]
        queue="contract",
        kind="rang",
        payload={"number": number},
        attempts=0,
        created_at=0,
    )


def test_a_thousand_jobs_survive_restarts(server: RabbitMQ) -> None:
    """Whenever the broker is killed, every job is handled: twice maybe, never not at all."""

    async def play() -> None:
        async with process(server, falls_back=False) as one:
            recording = asyncio.create_task(_record_slowly(one))
            for _ in range(2):
                await asyncio.sleep(random.uniform(0.3, 1.0))
                await asyncio.to_thread(server.kill)
                await asyncio.to_thread(server.restart)
            await recording
            await within(40, lambda: set(range(JOBS)) == set(one.handled))

    asyncio.run(play())


async def _record_slowly(one: Process) -> None:
    for first in range(0, JOBS, 20):
        await one.ring(first, 20)
        await asyncio.sleep(0.1)
