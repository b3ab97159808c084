"""The thread that consumes goes on, whatever becomes of its connection."""

import socket
import threading
from uuid import UUID

import pytest

from instagram_amqp import consumer
from instagram_amqp.connection import AmqpSettings
from instagram_amqp.consumer import Consumer, Delivery
from instagram_core.jobs.model import Job, JobId

JOB = Job(id=JobId(UUID(int=1)), queue="media", kind="rang", payload={}, attempts=0, created_at=0)


class Channel:
    """Takes everything but an answer: its socket is broken."""

    def basic_qos(self, *_: object) -> None:
        """Agree."""

    def basic_consume(self, *_: object, **__: object) -> None:
        """Agree."""

    def basic_ack(self, _tag: int) -> None:
        """Fail as a socket does that the other side has closed."""
        raise BrokenPipeError


class Connection:
    """Opens well, and breaks as soon as there is something to read."""

    def __init__(self) -> None:
        """Have nothing to read."""
        self.sock, self.other = socket.socketpair()

    def channel(self) -> Channel:
        """Give a channel."""
        return Channel()

    def drain_events(self, **_: object) -> None:
        """Find the connection lost."""
        raise ConnectionResetError

    def heartbeat_tick(self) -> None:
        """Find nothing wrong."""

    def collect(self) -> None:
        """Close."""
        self.sock.close()
        self.other.close()


class Listener:
    """Acknowledges what it holds at the very moment at which the connection is lost."""

    consumer: Consumer

    def __init__(self) -> None:
        """Have heard nothing."""
        self.was_lost = threading.Event()
        self.found_again = threading.Event()

    def arrived(self, delivery: Delivery) -> None:
        """Pass over: nothing is delivered here."""

    def connected(self) -> None:
        """Remember."""
        if self.was_lost.is_set():
            self.found_again.set()

    def lost(self, _error: Exception) -> None:
        """Answer late, as a worker may that has not heard of it."""
        self.consumer.acknowledge(Delivery(JOB, "media", tag=1, connection=1))
        self.was_lost.set()


def test_an_answer_that_comes_too_late_for_its_connection_ends_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is passed over, and there is another connection."""
    connections: list[Connection] = []
    opened = threading.Event()

    def connect(*_: object) -> Connection:
        connections.append(Connection())
        return connections[-1]

    class Opening(Listener):
        def connected(self) -> None:
            super().connected()
            opened.set()

    monkeypatch.setattr(consumer, "connect", connect)
    monkeypatch.setattr(consumer, "declare", lambda *_: None)
    listener = Opening()
    consuming = Consumer(AmqpSettings(url="amqp://nowhere"), 1, listener)
    listener.consumer = consuming
    consuming.subscribe("media")
    assert opened.wait(5)
    connections[0].other.send(b"!")
    assert listener.found_again.wait(5)
    consuming.close(5)


def test_what_the_socket_does_not_tell_of_is_found_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A library of TLS reads more than it gives at once."""
    looked = threading.Event()

    class Sealed(Connection):
        def drain_events(self, **_: object) -> None:
            looked.set()
            raise TimeoutError

    monkeypatch.setattr(consumer, "connect", lambda *_: Sealed())
    monkeypatch.setattr(consumer, "declare", lambda *_: None)
    monkeypatch.setattr(consumer, "BEAT_SECONDS", 0.01)
    consuming = Consumer(AmqpSettings(url="amqp://nowhere"), 1, Listener())
    assert looked.wait(5)
    consuming.close(5)
