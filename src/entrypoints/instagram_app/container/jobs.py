"""How jobs get from the table to workers: leased from it, or carried by RabbitMQ."""

import asyncio
from abc import abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Protocol

import attrs
from dependency_injector import containers, providers

from instagram_app.container.errors import AdapterRefused
from instagram_app.container.foundation import Foundation
from instagram_app.observability.relays import RelayLog
from instagram_app.settings.table import Settings
from instagram_app.settings.values import Family
from instagram_core.assembly import RelationalFamily
from instagram_core.jobs.model import QUEUES
from instagram_core.jobs.ports import JobLedger, JobQueue
from instagram_core.jobs.service import GiveUp, Relay, RelayedJobLedger, RelayedJobQueue

if TYPE_CHECKING:
    from instagram_amqp.broker import AmqpJobBroker
    from instagram_amqp.connection import AmqpSettings
    from instagram_amqp.queue import AmqpJobQueue

Listener = Callable[[], None]


class Line(Protocol):
    """What one worker has of the way that jobs take."""

    queue: JobQueue

    @abstractmethod
    def listen(self, listener: Listener) -> None:
        """Call `listener` whenever there may be something to lease."""

    @abstractmethod
    def wake(self) -> None:
        """Say that jobs may have been recorded."""

    @abstractmethod
    async def run(self, stop: asyncio.Event) -> None:
        """Carry jobs until `stop` is set; then let other workers have what is not begun."""


class JobFamily(Protocol):
    """Jobs as operators and workers see them."""

    ledger: JobLedger

    @abstractmethod
    def line(self, concurrency: int, give_up: GiveUp) -> AbstractAsyncContextManager[Line]:
        """Give a worker of so many jobs at once its line. Nothing is consumed before.

        `give_up` is called for jobs that end without a worker.
        """


class TableLine(Line):
    """Workers lease rows."""

    def __init__(self, queue: JobQueue) -> None:
        """Lease from `queue`."""
        self.queue = queue
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Call `listener` when this process recorded something."""
        self._listeners.append(listener)

    def wake(self) -> None:
        """Tell the listeners."""
        for listener in self._listeners:
            listener()

    async def run(self, stop: asyncio.Event) -> None:
        """Do nothing: rows are where they are."""


class TableJobs(JobFamily):
    """The table alone."""

    def __init__(self, relational: RelationalFamily) -> None:
        """Take the rows of `relational`."""
        self.ledger = relational.ledger
        self._queue = relational.jobs

    @asynccontextmanager
    async def line(self, concurrency: int, give_up: GiveUp) -> AsyncIterator[Line]:
        """Give a line that begins and ends in the table."""
        yield TableLine(self._queue)


@attrs.define
class RelayedLine(Line):
    """Workers take what the broker delivers; a relay in the same process carries rows there."""

    queue: RelayedJobQueue
    deliveries: "AmqpJobQueue"
    relay: Relay
    _listeners: list[Listener] = attrs.field(factory=list)

    def listen(self, listener: Listener) -> None:
        """Call `listener` at every delivery."""
        self._listeners.append(listener)
        self.deliveries.listen(listener)

    def wake(self) -> None:
        """Let the relay look; without a broker the workers themselves."""
        self.relay.wake()
        if self.relay.is_away():
            for listener in self._listeners:
                listener()

    async def run(self, stop: asyncio.Event) -> None:
        """Relay. Deliveries end at once when told to stop."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.relay.run(stop))
            await stop.wait()
            self.deliveries.pause()


@attrs.frozen(kw_only=True)
class AmqpJobs(JobFamily):
    """The table, and RabbitMQ behind it."""

    foundation: Foundation
    relational: RelationalFamily
    broker: "AmqpJobBroker"
    ledger: JobLedger

    @asynccontextmanager
    async def line(self, concurrency: int, give_up: GiveUp) -> AsyncIterator[Line]:
        """Give a relay and a consumer; the broker may be away."""
        from instagram_amqp.queue import AmqpJobQueue

        foundation, table = self.foundation, self.relational.jobs
        relay = Relay(
            table=table,
            ledger=self.relational.ledger,
            broker=self.broker,
            queues=QUEUES,
            give_up=give_up,
            observer=RelayLog(foundation.metrics),
            clock=foundation.clock,
        )
        settings = amqp_settings(foundation.settings)
        async with AmqpJobQueue.open(
            settings, self.broker, prefetch=concurrency, clock=foundation.clock
        ) as deliveries:
            queue = RelayedJobQueue(broker=deliveries, table=table, is_away=relay.is_away)
            yield RelayedLine(queue, deliveries, relay)


@asynccontextmanager
async def open_table(relational: RelationalFamily) -> AsyncIterator[JobFamily]:
    """Let workers lease from the table."""
    yield TableJobs(relational)


@asynccontextmanager
async def open_amqp(
    foundation: Foundation, relational: RelationalFamily
) -> AsyncIterator[JobFamily]:
    """Let RabbitMQ carry jobs to workers. It is connected to when somebody needs it."""
    from instagram_amqp.broker import AmqpJobBroker

    settings, guard = amqp_settings(foundation.settings), foundation.guards.of("amqp")
    async with AmqpJobBroker.open(settings, queues=QUEUES, guard=guard) as broker:
        guard.probe_with(broker.reach)
        yield AmqpJobs(
            foundation=foundation,
            relational=relational,
            broker=broker,
            ledger=RelayedJobLedger(table=relational.ledger, broker=broker),
        )


def amqp_settings(settings: Settings) -> "AmqpSettings":
    """Give what the adapter needs to know; AdapterRefused names the setting that is wrong."""
    from instagram_amqp.connection import AmqpSettings

    if settings.amqp_url is None:
        raise AdapterRefused("the AMQP adapter needs INSTAGRAM_AMQP_URL")
    try:
        return AmqpSettings(url=settings.amqp_url, seconds=settings.timeout_amqp)
    except ValueError as error:
        raise AdapterRefused(f"INSTAGRAM_AMQP_URL: {error}") from error


def job_key(foundation: Foundation) -> str:
    """Give `amqp`, or `table` for every relational family that keeps its jobs itself."""
    return "amqp" if foundation.settings.adapter(Family.JOBS) == "amqp" else "table"


class JobAdapters(containers.DeclarativeContainer):
    """Ways of jobs by name; each is opened with the relational family that records them."""

    foundation = providers.Dependency(instance_of=Foundation)
    opened = providers.Selector(
        providers.Callable(job_key, foundation),
        table=providers.Callable(open_table),
        amqp=providers.Callable(open_amqp, foundation),
    )
