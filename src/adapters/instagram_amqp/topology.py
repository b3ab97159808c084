"""What there is on the broker: exchanges, queues, and how a message goes from one to the next.

    jobs (direct) ──► <queue>          a queue for each name that events bear
    retry-5s (fanout) ──► retry-5s     waits, and goes back to `jobs` under its own routing key
    dead (fanout) ──► dead-letters     until the relay has moved them into the table

All queues are quorum queues, and hand on at least once: a message leaves a queue when the next one
has it. Everything is declared again and again, by everybody: it is there or it is made.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

import amqp
import attrs

STEPS: Final = (1, 2, 5, 30, 300)
"""Seconds that a job may be put off by. One queue each, or long waits would stand before short."""
DELIVERIES: Final = 20
"""How often a job is handed out without an answer until it is a dead letter."""

_FOR_EVER: Final = 1_000_000  # later brokers have a limit of their own, of 20
_QUORUM: Final = {
    "x-queue-type": "quorum",
    "x-dead-letter-strategy": "at-least-once",
    "x-overflow": "reject-publish",
}


@attrs.frozen
class Names:
    """The names of one application on a broker that it may share."""

    prefix: str = "instagram"

    @property
    def jobs(self) -> str:
        """The exchange that jobs enter by."""
        return f"{self.prefix}.jobs"

    @property
    def dead(self) -> str:
        """The exchange that dead letters leave by."""
        return f"{self.prefix}.dead"

    @property
    def letters(self) -> str:
        """The queue of dead letters."""
        return f"{self.prefix}.dead-letters"

    def queue(self, name: str) -> str:
        """Give the queue of what events call `name`."""
        return f"{self.prefix}.{name}"

    def step(self, seconds: int) -> str:
        """Give the exchange, and the queue, in which a job waits so long."""
        return f"{self.prefix}.retry-{seconds}s"


def step_for(delay: float) -> int | None:
    """Give the shortest step that lasts `delay` seconds, or the longest; None for none at all."""
    if delay <= 0:
        return None
    return next((step for step in STEPS if step >= delay), STEPS[-1])


def declare(connection: amqp.Connection, names: Names, queues: Iterable[str]) -> None:
    """Make what is missing. What is there with other arguments stays as it is."""
    on = _Declaring(connection)
    on(lambda c: c.exchange_declare(names.jobs, "direct", durable=True, auto_delete=False))
    on(lambda c: c.exchange_declare(names.dead, "fanout", durable=True, auto_delete=False))
    # Nobody consumes it, and a look at it is no delivery that failed.
    letters: dict[str, object] = {"x-queue-type": "quorum", "x-delivery-limit": _FOR_EVER}
    on(lambda c: _queue(c, names.letters, names.dead, "", letters))
    for step in STEPS:
        _declare_step(on, names, step)
    for queue in queues:
        _declare_queue(on, names, queue)
    on.close()


def _declare_step(on: "_Declaring", names: Names, step: int) -> None:
    name = names.step(step)
    arguments = {
        **_QUORUM,
        "x-message-ttl": step * 1000,
        "x-dead-letter-exchange": names.jobs,
        "x-delivery-limit": _FOR_EVER,
    }
    on(lambda c: c.exchange_declare(name, "fanout", durable=True, auto_delete=False))
    on(lambda c: _queue(c, name, name, "", arguments))


def _declare_queue(on: "_Declaring", names: Names, queue: str) -> None:
    arguments = {
        **_QUORUM,
        "x-delivery-limit": DELIVERIES,
        "x-dead-letter-exchange": names.dead,
    }
    on(lambda c: _queue(c, names.queue(queue), names.jobs, queue, arguments))


class _Declaring:
    """Declares on a channel, and takes another one when the broker closes it."""

    def __init__(self, connection: amqp.Connection) -> None:
        self._connection = connection
        self._channel = connection.channel()

    def __call__(self, declare: Callable[[Any], object]) -> None:
        try:
            declare(self._channel)
        except amqp.PreconditionFailed:
            # It is there, with other arguments: an operator's, or those of another release.
            self._channel = self._connection.channel()

    def close(self) -> None:
        self._channel.close()


def _queue(channel: Any, name: str, exchange: str, key: str, arguments: dict[str, object]) -> None:  # noqa: ANN401 - a channel of kombu
    channel.queue_declare(name, durable=True, auto_delete=False, arguments=arguments)
    channel.queue_bind(name, exchange, key)
