"""What a failure of the broker means to the callers of a port: one table, by class."""

import socket
from collections.abc import Mapping
from typing import Final

import amqp
from kombu.exceptions import KombuError

from instagram_core.kernel.errors import AdapterError, AdapterUnavailable


class Unconfirmed(Exception):
    """The broker did not say in time, or refused, to have what was published."""


class Blocked(Exception):
    """The broker takes nothing: it ran out of memory or disk."""


class BackingOff(Exception):
    """A connection failed a moment ago; the next attempt is not due yet."""


MEANINGS: Final[Mapping[type[Exception], type[AdapterError]]] = {
    amqp.AMQPError: AdapterUnavailable,
    KombuError: AdapterUnavailable,
    socket.timeout: AdapterUnavailable,
    OSError: AdapterUnavailable,
    Unconfirmed: AdapterUnavailable,
    Blocked: AdapterUnavailable,
    BackingOff: AdapterUnavailable,
    # py-amqp trips over itself when its connection goes in the middle of a call.
    AttributeError: AdapterUnavailable,
    ValueError: AdapterUnavailable,
}
FAILURES: Final = tuple(MEANINGS)
"""Every class of the table, for `except`."""


def meaning(error: Exception) -> AdapterError:
    """Give the error of a port that stands for `error`, which is to be its cause."""
    kinds = (kind for known, kind in MEANINGS.items() if isinstance(error, known))
    kind = next(kinds, AdapterUnavailable)
    return kind(f"RabbitMQ: {type(error).__name__}: {error}")
