"""Connections to the broker, each for one thread, and when to try the next one."""

import random
import time
from typing import Any, ClassVar
from urllib.parse import urlsplit

import amqp
import attrs
from kombu.connection import Connection

from instagram_amqp.errors import BackingOff

HEARTBEAT = 5
"""Seconds. A silent broker is given up after twice as many."""
BEAT_SECONDS = 1.0


def _check_url(_settings: object, _field: object, url: str) -> None:
    try:
        parts = urlsplit(url)
        is_good = parts.port is None or bool(parts.hostname)
    except ValueError:
        is_good = False
    if not is_good:
        # Without a word of it: what cannot be read may be the half of a password.
        raise ValueError(
            "an AMQP address has a host and a port after its password,"
            " in which / ? # [ ] @ and : are written as %2F and so on"
        )


@attrs.frozen(kw_only=True)
class AmqpSettings:
    """Where the broker is, and how long it may take; ValueError for an address that is none."""

    url: str = attrs.field(repr=False, validator=_check_url)
    seconds: float = 2.0
    """Until it has to have confirmed, and until any other call has to be answered."""
    prefix: str = "instagram"
    """What names of exchanges and queues begin with."""


def connect(settings: AmqpSettings, name: str) -> amqp.Connection:
    """Give a new connection, which this thread uses alone; what is wrong raises as it comes."""
    seconds = settings.seconds
    link = Connection(  # type: ignore[no-untyped-call]
        settings.url,
        heartbeat=HEARTBEAT,
        connect_timeout=seconds,
        transport_options={
            "read_timeout": seconds,
            "write_timeout": seconds,
            "client_properties": {"connection_name": name},
        },
    )
    connection = link.transport.establish_connection()
    # py-amqp's own timeout for reading does not end a wait for the rest of a frame; this does.
    connection.sock.settimeout(seconds)
    # Or else py-amqp looks for news before each message without waiting, and if half a frame is
    # there it tries again and again until the rest is. We look ourselves, and wait a little.
    connection.client_properties["capabilities"]["connection.blocked"] = False
    return connection


def drain(connection: amqp.Connection, seconds: float = 0.001) -> bool:
    """Work off what has arrived, or what arrives in time; tell whether anything had."""
    try:
        connection.drain_events(timeout=seconds)
    except TimeoutError:
        return False
    while True:
        try:
            connection.drain_events(timeout=0.001)
        except TimeoutError:
            return True


def drop(connection: Any) -> None:  # noqa: ANN401 - kombu has no types
    """Close the socket, without a word: whoever is dropped may not answer."""
    if connection is not None:
        connection.collect()


class Backoff:
    """Says when the next attempt is due: soon at first, then ever later, never all at once."""

    FIRST: ClassVar[float] = 0.1
    LONGEST: ClassVar[float] = 2.0

    def __init__(self) -> None:
        """Start with an attempt due now."""
        self._delay = 0.0
        self._due = 0.0
        self._error: Exception | None = None

    def failed(self, error: Exception) -> float:
        """Note a failure; give the seconds until the next attempt."""
        self._delay = min(max(self._delay * 2, self.FIRST), self.LONGEST)
        wait = self._delay * (0.5 + random.random() / 2)  # noqa: S311 - spreads attempts, hides nothing
        self._due, self._error = time.monotonic() + wait, error
        return wait

    def succeeded(self) -> None:
        """Note a success."""
        self._delay = self._due = 0.0

    def refuse_early(self) -> None:
        """Raise BackingOff while the next attempt is not due."""
        if time.monotonic() < self._due:
            raise BackingOff(f"it was away a moment ago: {self._error}") from self._error
