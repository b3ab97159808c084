"""How the contracts of jobs open RabbitMQ: a prefix of its own for each test."""

import asyncio
import functools
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import ClassVar

import amqp
import attrs
from kombu.connection import Connection

from instagram_amqp.broker import AmqpJobBroker
from instagram_amqp.connection import AmqpSettings
from instagram_amqp.queue import AmqpJobQueue
from instagram_amqp.topology import STEPS, Names
from instagram_core.assembly import RelationalFamily
from instagram_core.jobs.model import Job, JobId
from instagram_core.jobs.ports import JobBroker, JobQueue
from instagram_core.jobs.service import (
    Handlers,
    Relay,
    RelayedJobLedger,
    RelayedJobQueue,
    RelayObserver,
)
from instagram_core.kernel.clock import Clock
from instagram_core.kernel.errors import AdapterError
from instagram_core.kernel.ids import UuidV7Generator
from instagram_core.memory.database import Database
from instagram_core.memory.relational import in_memory_family
from instagram_core.testing.clocks import ManualClock
from tests.servers.rabbitmq import fresh_prefix, rabbitmq

QUEUES = ("another", "contract")
MANY = 200


class Silent(RelayObserver):
    """Tells nobody."""

    def relayed(self, jobs: int, seconds: float, lag: float) -> None:
        """Pass over."""

    def returned(self, letters: int) -> None:
        """Pass over."""

    def broker_is_away(self, error: AdapterError) -> None:
        """Pass over."""

    def broker_is_back(self) -> None:
        """Pass over."""


@asynccontextmanager
async def namespace(url: str) -> AsyncIterator[AmqpSettings]:
    """Give settings with names that nobody else uses; what was made under them is removed."""
    settings = AmqpSettings(url=url, prefix=fresh_prefix())
    try:
        yield settings
    finally:
        await asyncio.to_thread(_remove, settings)


def _remove(settings: AmqpSettings) -> None:
    names = Names(settings.prefix)
    steps = [names.step(step) for step in STEPS]
    with suppress(OSError, amqp.AMQPError), link(settings.url) as connection:
        channel = connection.channel()
        for queue in (names.letters, *steps, *(names.queue(queue) for queue in QUEUES)):
            channel.queue_delete(queue)
        for exchange in (names.jobs, names.dead, *steps):
            channel.exchange_delete(exchange)


def link(url: str) -> Connection:
    """Give a connection for what no adapter does."""
    return Connection(url, connect_timeout=2)  # type: ignore[no-untyped-call]


@asynccontextmanager
async def broker_and_queue(
    settings: AmqpSettings, clock: Clock, *, prefetch: int = MANY
) -> AsyncIterator[tuple[AmqpJobBroker, AmqpJobQueue]]:
    """Give a broker, and a queue that consumes by it."""
    async with (
        AmqpJobBroker.open(settings, queues=QUEUES) as broker,
        AmqpJobQueue.open(settings, broker, prefetch=prefetch, clock=clock) as queue,
    ):
        yield broker, queue


@attrs.define
class Relayed(JobQueue):
    """Leases what was relayed, and waits for the broker to deliver what it must.

    A broker delivers when it does; the contract asks for what is due now. So this one knows how
    much that is.
    """

    relay: "Relays"
    right: JobQueue
    due: dict[JobId, Job]
    leased: dict[JobId, Job] = attrs.field(factory=dict)
    patience: float = 10.0

    async def lease(self, queues: Collection[str], limit: int, seconds: float) -> tuple[Job, ...]:
        """Relay, and take what is due."""
        await self.relay.forward(queues)
        jobs: tuple[Job, ...] = ()
        async with asyncio.timeout(self.patience):
            while True:
                more = await self.right.lease(queues, limit - len(jobs), seconds)
                jobs += more
                for job in more:
                    self.due.pop(job.id, None)
                    self.leased[job.id] = job
                expected = sum(job.queue in queues for job in self.due.values())
                if len(jobs) == limit or not expected:
                    return jobs
                await asyncio.sleep(0.005)

    async def renew(self, jobs: Iterable[JobId], seconds: float) -> None:
        """Pass on."""
        await self.right.renew(jobs, seconds)

    async def finish(self, jobs: Iterable[JobId]) -> None:
        """Pass on."""
        jobs = list(jobs)
        await self.right.finish(jobs)
        for job in jobs:
            self.leased.pop(job, None)

    async def retry(self, job: JobId, *, error: str, delay: float, counts: bool) -> None:
        """Pass on; it is due again if there is no delay."""
        known = self.leased.pop(job, None)
        await self.right.retry(job, error=error, delay=delay, counts=counts)
        if known is not None and delay == 0:
            self.due[job] = known

    async def bury(self, job: JobId, *, error: str) -> None:
        """Pass on."""
        self.leased.pop(job, None)
        await self.right.bury(job, error=error)


class Noting(AmqpJobBroker):
    """Remembers what was published, as due."""

    due: dict[JobId, Job]

    async def publish(self, jobs: Sequence[Job]) -> None:
        """Publish and remember."""
        await super().publish(jobs)
        self.due.update((job.id, job) for job in jobs)


class Relays:
    """Relays what a test asks for: the queues' names are the test's."""

    def __init__(self, family: RelationalFamily, broker: JobBroker, clock: Clock) -> None:
        """Carry from the family's table."""
        self._make = functools.partial(
            Relay,
            table=family.jobs,
            ledger=family.ledger,
            broker=broker,
            give_up=Handlers([]).give_up,
            observer=Silent(),
            clock=clock,
        )

    async def forward(self, queues: Collection[str]) -> None:
        """Publish all that is due."""
        relay = self._make(queues=queues)
        while await relay.forward():
            continue


class RelayedFamily:
    """An in-memory family whose jobs go by RabbitMQ, as workers of several processes see them."""

    capabilities: ClassVar[frozenset[str]] = frozenset({"close"})
    clock: ManualClock
    opened: "tuple[AmqpJobBroker, AmqpJobQueue, Database]"

    @asynccontextmanager
    async def open(self) -> AsyncIterator[RelationalFamily]:
        """Give an empty family."""
        database = Database(self.clock, UuidV7Generator(self.clock))
        family = in_memory_family(database)
        async with namespace(rabbitmq()) as settings:
            broker = Noting(settings, queues=QUEUES)
            broker.due = {}
            queue = AmqpJobQueue(settings, broker, prefetch=MANY, clock=self.clock)
            self.opened = (broker, queue, database)
            relay = Relays(family, broker, self.clock)
            jobs = RelayedJobQueue(broker=queue, table=family.jobs, is_away=lambda: False)
            yield attrs.evolve(
                family,
                jobs=Relayed(relay, jobs, broker.due),
                ledger=RelayedJobLedger(table=family.ledger, broker=broker),
            )
            await self.close(family)

    async def close(self, _: RelationalFamily) -> None:
        """Close everything."""
        broker, queue, database = self.opened
        await queue.close()
        await broker.close()
        await database.close()
