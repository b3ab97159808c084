"""What the queue of a worker says of deliveries that come at an awkward moment."""

from collections.abc import Callable
from typing import cast
from uuid import UUID

import pytest

from instagram_amqp import queue
from instagram_amqp.broker import AmqpJobBroker
from instagram_amqp.connection import AmqpSettings
from instagram_amqp.consumer import Delivery
from instagram_amqp.queue import AmqpJobQueue
from instagram_core.jobs.model import Job, JobId
from instagram_core.kernel.clock import SystemClock

JOB = Job(id=JobId(UUID(int=1)), queue="media", kind="rang", payload={}, attempts=0, created_at=0)


class Consumer:
    """Remembers what became of each delivery."""

    def __init__(self, *_: object) -> None:
        """Begin with nothing."""
        self.said: dict[int, str] = {}

    def subscribe(self, _queue: str) -> None:
        """Agree."""

    def pause(self) -> None:
        """Agree."""

    def close(self, _seconds: float) -> None:
        """End."""

    def acknowledge(self, delivery: Delivery) -> None:
        """Remember."""
        self.said[delivery.tag] = "done"

    def give_back(self, delivery: Delivery) -> None:
        """Remember."""
        self.said[delivery.tag] = "back"


class Broker:
    """Calls somebody while it publishes."""

    meanwhile: Callable[[], object]

    async def put_off(self, _job: Job, _delay: float) -> None:
        """Publish."""
        self.meanwhile()


def delivery(tag: int) -> Delivery:
    """Give the job as it comes with a tag."""
    return Delivery(JOB, "media", tag=tag, connection=1)


@pytest.fixture
def consumer(monkeypatch: pytest.MonkeyPatch) -> Consumer:
    """Give what queues of this test consume by."""
    one = Consumer()
    monkeypatch.setattr(queue, "Consumer", lambda *_: one)
    return one


def opened(broker: Broker) -> AmqpJobQueue:
    """Give a queue that publishes by `broker`."""
    settings = AmqpSettings(url="amqp://nowhere")
    by = cast("AmqpJobBroker", broker)
    return AmqpJobQueue(settings, by, prefetch=2, clock=SystemClock())


async def test_a_second_delivery_that_is_leased_meanwhile_is_not_kept(consumer: Consumer) -> None:
    """Its worker passes it over, for it has the job at work: it would never be answered."""
    broker = Broker()
    jobs = opened(broker)
    assert await jobs.lease(["media"], 1, 10) == ()
    jobs.arrived(delivery(1))
    assert await jobs.lease(["media"], 1, 10) == (JOB,)

    def lease_again() -> None:
        jobs.arrived(delivery(2))
        assert list(jobs._taken(["media"], 1)) == [JOB]

    broker.meanwhile = lease_again
    await jobs.retry(JOB.id, error="busy", delay=1, counts=True)
    assert consumer.said == {1: "done", 2: "back"}


async def test_what_arrives_after_a_pause_is_left_to_others(consumer: Consumer) -> None:
    """It was on its way from the thread that consumes."""
    jobs = opened(Broker())
    await jobs.lease(["media"], 1, 10)
    jobs.arrived(delivery(1))
    jobs.pause()
    jobs.arrived(delivery(2))
    assert consumer.said == {1: "back", 2: "back"}
