"""The thread that consumes: one connection, deliveries out, acknowledgements in."""

import contextlib
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

import amqp
import attrs

from instagram_amqp.connection import BEAT_SECONDS, AmqpSettings, Backoff, connect, drain, drop
from instagram_amqp.messages import decoded
from instagram_amqp.topology import Names, declare
from instagram_core.jobs.model import Job


@attrs.frozen
class Delivery:
    """A job in hand, and where to say what became of it."""

    job: Job
    queue: str
    tag: int
    connection: int
    """Which connection it came by: a tag means nothing on another."""


class Listener(Protocol):
    """Is told what comes; called by the consumer's thread."""

    def arrived(self, delivery: Delivery) -> None:
        """Hear of a delivery."""

    def connected(self) -> None:
        """Hear that everything asked for is being consumed."""

    def lost(self, error: Exception) -> None:
        """Hear that the connection is gone, or could not be made: all deliveries are void."""


class Consumer:
    """Consumes queues, with so many deliveries in hand for each, until it is closed.

    Connects by itself and again, declares what it consumes, and checks that the broker lives.
    """

    def __init__(self, settings: AmqpSettings, prefetch: int, listener: Listener) -> None:
        """Start the thread."""
        self._settings = settings
        self._names = Names(settings.prefix)
        self._prefetch = prefetch
        self._listener = listener
        self._queues: set[str] = set()
        self._orders: deque[Callable[[], None]] = deque()
        self._channels: dict[str, Any] = {}
        self._number = 0
        self._is_closed = self._is_paused = False
        self._connection: amqp.Connection | None = None
        self._reading, self._writing = socket.socketpair()
        for end in (self._reading, self._writing):
            end.setblocking(False)  # noqa: FBT003 - as the system calls it
        self._thread = threading.Thread(target=self._run, name="amqp-consumer", daemon=True)
        self._thread.start()

    def subscribe(self, queue: str) -> None:
        """Consume one more queue."""
        self._order(lambda: self._consume(queue))

    def acknowledge(self, delivery: Delivery) -> None:
        """Say that a delivery is done with. Where its connection is gone, it comes again."""
        self._order(lambda: self._answer(delivery, is_done=True))

    def give_back(self, delivery: Delivery) -> None:
        """Let the broker hand a delivery out again."""
        self._order(lambda: self._answer(delivery, is_done=False))

    def pause(self) -> None:
        """Take no more deliveries; those in hand may still be answered."""
        self._order(self._cancel)

    def close(self, seconds: float) -> None:
        """End thread and connection: what was not answered, the broker hands out again."""
        self._is_closed = True
        self._wake()
        self._thread.join(seconds)

    def _order(self, order: Callable[[], None]) -> None:
        self._orders.append(order)
        self._wake()

    def _wake(self) -> None:
        with suppress(OSError):  # full: it wakes anyway; closed: it has ended
            self._writing.send(b"!")

    def _run(self) -> None:
        backoff = Backoff()
        while not self._is_closed:
            try:
                self._connection = connect(self._settings, "instagram worker")
                self._begin(self._connection)
                backoff.succeeded()
                self._listener.connected()
                self._serve(self._connection)
            except Exception as error:  # noqa: BLE001 - whatever it is, jobs must go on
                self._end()  # first: orders that come while it rests are not for what is lost
                self._listener.lost(error)
                self._rest(backoff.failed(error))
            else:
                self._end()
        self._reading.close()
        self._writing.close()

    def _begin(self, connection: amqp.Connection) -> None:
        self._number += 1
        declare(connection, self._names, self._queues)
        if not self._is_paused:
            for queue in self._queues:
                self._open(connection, queue)

    def _end(self) -> None:
        connection, self._connection = self._connection, None
        self._channels.clear()
        with suppress(Exception):  # it is given up, whatever it says to that
            drop(connection)

    def _serve(self, connection: amqp.Connection) -> None:
        with contextlib.closing(selectors.DefaultSelector()) as selector:
            selector.register(connection.sock, selectors.EVENT_READ)
            selector.register(self._reading, selectors.EVENT_READ)
            beat = time.monotonic()
            while not self._is_closed:
                ready = {key.fileobj for key, _ in selector.select(BEAT_SECONDS)}
                if self._reading in ready:
                    self._reading.recv(4096)
                self._follow_orders()
                is_due = time.monotonic() - beat >= BEAT_SECONDS
                # Under TLS something may lie in the library already, of which no socket tells.
                if is_due or connection.sock in ready:
                    drain(connection)
                if is_due:
                    connection.heartbeat_tick()
                    beat = time.monotonic()
            self._follow_orders()

    def _rest(self, seconds: float) -> None:
        with contextlib.closing(selectors.DefaultSelector()) as selector:
            selector.register(self._reading, selectors.EVENT_READ)
            until = time.monotonic() + seconds
            while not self._is_closed and (left := until - time.monotonic()) > 0:
                if selector.select(left):
                    self._reading.recv(4096)
                    self._follow_orders()

    def _follow_orders(self) -> None:
        with suppress(IndexError):
            while True:
                self._orders.popleft()()

    def _consume(self, queue: str) -> None:
        if queue in self._queues:
            return
        self._queues.add(queue)
        if self._connection is not None and not self._is_paused:
            declare(self._connection, self._names, [queue])
            self._open(self._connection, queue)

    def _open(self, connection: amqp.Connection, queue: str) -> None:
        channel = connection.channel()
        channel.basic_qos(0, self._prefetch, False)  # noqa: FBT003 - as AMQP calls it
        self._channels[queue] = channel
        channel.basic_consume(
            self._names.queue(queue),
            no_ack=False,
            callback=lambda message: self._delivered(queue, channel, message),
        )

    def _delivered(self, queue: str, channel: Any, message: Any) -> None:  # noqa: ANN401 - kombu has no types
        tag = message.delivery_info["delivery_tag"]
        try:
            job = decoded(message)
        except ValueError:
            channel.basic_reject(tag, requeue=False)  # to the dead letters, as it is
            return
        self._listener.arrived(Delivery(job, queue, tag, self._number))

    def _answer(self, delivery: Delivery, *, is_done: bool) -> None:
        channel = self._channels.get(delivery.queue)
        if channel is None or delivery.connection != self._number:
            return
        if is_done:
            channel.basic_ack(delivery.tag)
        else:
            channel.basic_reject(delivery.tag, requeue=True)

    def _cancel(self) -> None:
        self._is_paused = True
        for channel in self._channels.values():
            for tag in list(channel.callbacks):
                channel.basic_cancel(tag, nowait=True)
