"""The queue of a worker: deliveries that wait for a lease, and those that are leased."""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable
from contextlib import asynccontextmanager, suppress

import attrs

from instagram_amqp.broker import AmqpJobBroker
from instagram_amqp.connection import AmqpSettings
from instagram_amqp.consumer import Consumer, Delivery
from instagram_amqp.errors import meaning
from instagram_core.jobs.model import Job, JobId
from instagram_core.jobs.ports import JobQueue
from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.kernel.errors import AdapterClosed


class AmqpJobQueue(JobQueue):
    """Hands out what RabbitMQ delivers; a lease lasts as long as the connection.

    A queue is consumed from the first time that it is leased from, with `prefetch` jobs in hand at
    most. Leases take from the queues in turn: a full one does not stand before another. What is
    finished is acknowledged; what is to be tried again, or is dead, is published first.
    """

    def __init__(
        self, settings: AmqpSettings, broker: AmqpJobBroker, *, prefetch: int, clock: Clock
    ) -> None:
        """Publish by `broker`. To be made in the event loop that leases."""
        self._broker = broker
        self._clock = clock
        self._seconds = settings.seconds
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[str, deque[Delivery]] = {}
        self._held: defaultdict[JobId, list[Delivery]] = defaultdict(list)
        self._next: deque[str] = deque()
        self._listeners: list[Callable[[], None]] = []
        self._error: Exception | None = None
        self._is_paused = self._is_closed = False
        self._consumer = Consumer(settings, prefetch, _Across(self, self._loop))

    @classmethod
    @asynccontextmanager
    async def open(
        cls, settings: AmqpSettings, broker: AmqpJobBroker, *, prefetch: int, clock: Clock
    ) -> AsyncIterator["AmqpJobQueue"]:
        """Give one for the length of a block; what is held at its end goes back."""
        queue = cls(settings, broker, prefetch=prefetch, clock=clock)
        try:
            yield queue
        finally:
            await queue.close()

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever there is something to lease."""
        self._listeners.append(listener)

    def pause(self) -> None:
        """Take nothing more, and let others have what nobody leased here."""
        self._is_paused = True
        self._consumer.pause()
        for waiting in self._waiting.values():
            while waiting:
                self._consumer.give_back(waiting.popleft())

    async def close(self) -> None:
        """End the connection; the broker hands out what was not finished. Twice is fine."""
        if not self._is_closed:
            self._is_closed = True
            self._forget_all()
            await asyncio.to_thread(self._consumer.close, self._seconds * 2)

    async def lease(self, queues: Collection[str], limit: int, seconds: float) -> tuple[Job, ...]:
        """Take what has been delivered, one from each queue in turn; `seconds` mean nothing here.

        AdapterUnavailable while there is no connection.
        """
        self._refuse_closed()
        for queue in queues:
            if queue not in self._waiting:
                self._waiting[queue] = deque()
                self._next.append(queue)
                self._consumer.subscribe(queue)
        if self._error is not None:
            raise meaning(self._error) from self._error
        return tuple(self._taken(queues, limit))

    def _taken(self, queues: Collection[str], limit: int) -> Iterable[Job]:
        passed = 0
        while limit > 0 and passed < len(self._next):
            queue = self._next[0]
            self._next.rotate(-1)
            waiting = self._waiting[queue]
            if queue not in queues or not waiting:
                passed += 1
                continue
            delivery = waiting.popleft()
            self._held[delivery.job.id].append(delivery)
            passed, limit = 0, limit - 1
            yield delivery.job

    async def renew(self, jobs: Iterable[JobId], seconds: float) -> None:
        """Do nothing: what is held stays held while the connection lives."""
        self._refuse_closed()

    async def finish(self, jobs: Iterable[JobId]) -> None:
        """Acknowledge. A delivery whose connection is gone comes again, and is passed over."""
        self._refuse_closed()
        for job in jobs:
            for delivery in self._held.pop(job, ()):
                self._consumer.acknowledge(delivery)

    async def retry(self, job: JobId, *, error: str, delay: float, counts: bool) -> None:
        """Publish the job into a queue where it waits as long, or up to the next step."""
        self._refuse_closed()
        if deliveries := self._held.pop(job, None):
            first = deliveries[0].job
            again = attrs.evolve(first, attempts=first.attempts + counts, error=error)
            await self._replace(job, deliveries, self._broker.put_off(again, delay))

    async def bury(self, job: JobId, *, error: str) -> None:
        """Publish the job among the dead letters."""
        self._refuse_closed()
        if deliveries := self._held.pop(job, None):
            now = to_milliseconds(self._clock.now())
            letter = attrs.evolve(deliveries[0].job, error=error, failed_at=now)
            await self._replace(job, deliveries, self._broker.bury(letter))

    async def _replace(
        self, job: JobId, deliveries: list[Delivery], publishing: Awaitable[None]
    ) -> None:
        try:
            await publishing
        except BaseException:
            # Maybe it was published: then the job comes twice. Otherwise it comes again.
            for delivery in deliveries:
                self._consumer.give_back(delivery)
            raise
        finally:
            # Leased while it was published: nobody works on that one, and it is maybe the new one.
            for delivery in self._held.pop(job, ()):
                self._consumer.give_back(delivery)
        for delivery in deliveries:
            self._consumer.acknowledge(delivery)

    def arrived(self, delivery: Delivery) -> None:
        """Keep a delivery until it is leased."""
        if self._is_closed:
            return
        if self._is_paused:
            self._consumer.give_back(delivery)
            return
        self._waiting[delivery.queue].append(delivery)
        for listener in self._listeners:
            listener()

    def connected(self) -> None:
        """Hand out again."""
        self._error = None

    def lost(self, error: Exception) -> None:
        """Forget every delivery: the broker hands them out again, to whomever."""
        self._error = error
        self._forget_all()

    def _forget_all(self) -> None:
        self._held.clear()
        for waiting in self._waiting.values():
            waiting.clear()

    def _refuse_closed(self) -> None:
        if self._is_closed:
            raise AdapterClosed("the queue was closed")


@attrs.frozen
class _Across:
    """Brings what the consumer's thread says to the event loop, in order."""

    queue: AmqpJobQueue
    loop: asyncio.AbstractEventLoop

    def arrived(self, delivery: Delivery) -> None:
        self._tell(self.queue.arrived, delivery)

    def connected(self) -> None:
        self._tell(self.queue.connected)

    def lost(self, error: Exception) -> None:
        self._tell(self.queue.lost, error)

    def _tell(self, method: Callable[..., None], *what: object) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody listens any more
            self.loop.call_soon_threadsafe(method, *what)
