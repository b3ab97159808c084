"""Jobs that go through RabbitMQ keep the contracts of the queue and of the broker."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hypothesis import strategies as st

from instagram_amqp.broker import AmqpJobBroker
from instagram_amqp.queue import AmqpJobQueue
from instagram_core.kernel.clock import SystemClock
from instagram_core.testing.contracts.jobs import (
    Carrying,
    JobBrokerContract,
    JobQueueContract,
)
from instagram_core.testing.contracts.jobs.machine import JobMachine
from instagram_core.testing.machine import move
from tests.contract.amqp.opening import RelayedFamily, broker_and_queue, namespace
from tests.servers.rabbitmq import rabbitmq


class BrokeredMachine(JobMachine):
    """The moves that a broker can be compared by: it counts, and waits, in its own way."""

    async def depth(self) -> object:
        """Not compared: a broker does not tell what is leased."""
        return None

    async def _listed(self, *, failed: bool) -> object:
        # Living jobs that the broker has cannot be shown one by one.
        return await super()._listed(failed=True) if failed else None

    @move(number=JobMachine.number, delay=st.sampled_from([0, 300]), counts=st.booleans())
    async def retry(self, number: int, delay: int, *, counts: bool) -> None:
        """Give back, due now, or so late that no example sees it."""
        await super().retry(number, delay, counts=counts)


class TestRelayedJobQueue(RelayedFamily, JobQueueContract):
    machine = BrokeredMachine
    longest = 12


class TestAmqpJobBroker(JobBrokerContract):
    capabilities = frozenset({"close"})
    opened: tuple[AmqpJobQueue, AmqpJobBroker]

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Carrying]:
        """Give an empty one."""
        async with (
            namespace(rabbitmq()) as settings,
            broker_and_queue(settings, SystemClock()) as (broker, queue),
        ):
            self.opened = (queue, broker)
            yield Carrying(broker, queue)

    async def close(self, _: Carrying) -> None:
        """Close both."""
        for each in self.opened:
            await each.close()
