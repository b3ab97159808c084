"""One connection that publishes: what is said in it, and what the broker answers."""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import amqp

from instagram_amqp.connection import AmqpSettings, connect, drain, drop
from instagram_amqp.errors import Blocked, Unconfirmed
from instagram_amqp.messages import Sending, encoded, letter_of
from instagram_amqp.topology import Names, declare
from instagram_core.jobs.model import Job, JobId

T = TypeVar("T")


class Session:
    """A connection in confirm mode. Belongs to one thread; after any failure it is thrown away."""

    def __init__(self, settings: AmqpSettings) -> None:
        """Connect."""
        self._seconds = settings.seconds
        self._names = Names(settings.prefix)
        self._blocked: str | None = None
        self._connection = connect(settings, "instagram publisher")
        self._connection.on_blocked = self._block
        self._connection.on_unblocked = self._unblock
        self._letters: dict[JobId, tuple[Job, list[int]]] = {}
        # A channel of its own for looks: one at a queue that is not there closes it.
        self._looking = self._connection.channel()
        self._open()

    def _open(self) -> None:
        self._channel = self._connection.channel()
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(self._acked)
        self._channel.events["basic_nack"].add(self._nacked)
        self._channel.events["basic_return"].add(self._returned)
        self._tag = 0
        self._awaited: dict[int, Sending] = {}
        self._refused: list[Sending] = []
        self._unroutable: set[str] = set()

    @property
    def version(self) -> str:
        """What the broker says it is."""
        return str(self._connection.server_properties.get("version", "unknown"))

    def close(self) -> None:
        """End it, without waiting for anybody."""
        drop(self._connection)

    def beat(self) -> None:
        """Hear what came, and show that we live; raises when the broker does not."""
        drain(self._connection)
        self._connection.heartbeat_tick()

    def reach(self) -> None:
        """Ask something that has to be answered."""
        self._refuse_blocked()
        self._connection.channel().close()

    def declare(self, queues: Iterable[str]) -> None:
        """Make exchanges and queues that are missing."""
        declare(self._connection, self._names, queues)

    def publish(self, sendings: Sequence[Sending]) -> None:
        """Return when the broker has confirmed all; what nobody would have taken is sent again."""
        self._refuse_blocked()
        try:
            unroutable = self._confirmed(sendings)
        except amqp.NotFound:  # no such exchange: nothing was taken since
            self._open()
            unroutable = sendings
        if unroutable:
            self.declare({sending.job.queue for sending in unroutable})
            if rest := self._confirmed(unroutable):
                raise Unconfirmed(f"no queue takes {rest[0].job.kind}")

    def _confirmed(self, sendings: Sequence[Sending]) -> Sequence[Sending]:
        deadline = time.monotonic() + self._seconds
        self._refused, self._unroutable = [], set()
        for sending in sendings:
            message = encoded(self._channel, sending.job)
            self._tag += 1
            self._awaited[self._tag] = sending
            self._channel.basic_publish(
                message, exchange=sending.exchange, routing_key=sending.key, mandatory=True
            )
        while self._awaited:
            left = deadline - time.monotonic()
            if left <= 0:
                raise Unconfirmed(f"no word of {len(self._awaited)} for {self._seconds} s")
            self._wait(left)
        if self._refused:
            raise Unconfirmed(f"{len(self._refused)} were refused")
        return [each for each in sendings if str(each.job.id) in self._unroutable]

    def _wait(self, seconds: float) -> None:
        try:
            self._connection.drain_events(timeout=seconds)
        except TimeoutError as error:
            raise Unconfirmed(f"no word of {len(self._awaited)} in time") from error

    def _acked(self, tag: int, multiple: bool) -> None:  # noqa: FBT001 - as py-amqp calls it
        for each in self._settled(tag, multiple=multiple):
            del self._awaited[each]

    def _nacked(self, tag: int, multiple: bool) -> None:  # noqa: FBT001 - as py-amqp calls it
        for each in self._settled(tag, multiple=multiple):
            self._refused.append(self._awaited.pop(each))

    def _settled(self, tag: int, *, multiple: bool) -> list[int]:
        # Tags rise, and so do those that are awaited: a dict keeps them in order.
        if not multiple:
            return [tag] if tag in self._awaited else []
        settled = []
        for each in self._awaited:
            if each > tag:
                break
            settled.append(each)
        return settled

    def _returned(self, _error: object, _exchange: str, _key: str, message: Any) -> None:  # noqa: ANN401 - kombu has no types
        self._unroutable.add(message.properties.get("message_id", ""))

    def dead_letters(self, limit: int) -> tuple[Job, ...]:
        """Take dead letters, to be forgotten or else given again."""
        return self._looked(lambda: self._taken(limit), ())

    def _taken(self, limit: int) -> tuple[Job, ...]:
        while len(self._letters) < limit:
            message = self._looking.basic_get(self._names.letters, no_ack=False)
            if message is None:
                break
            letter = letter_of(message)
            _, tags = self._letters.setdefault(letter.id, (letter, []))
            tags.append(message.delivery_info["delivery_tag"])
        return tuple(letter for letter, _ in list(self._letters.values())[:limit])

    def forget(self, letters: Iterable[JobId]) -> None:
        """Remove dead letters that were taken."""
        for letter in letters:
            _, tags = self._letters.pop(letter, (None, []))
            for tag in tags:
                self._looking.basic_ack(tag)

    def count(self, queue: str) -> int | None:
        """Give how many messages are ready in a queue of the broker; None when there is none."""

        def counted() -> int | None:
            found = self._looking.queue_declare(queue, passive=True)
            return int(found.message_count)

        return self._looked(counted, None)

    def _looked(self, look: Callable[[], T], absent: T) -> T:
        try:
            return look()
        except amqp.NotFound:
            self._letters.clear()  # they went back when the broker closed the channel
            self._looking = self._connection.channel()
            return absent

    def _refuse_blocked(self) -> None:
        if self._blocked is not None:
            raise Blocked(self._blocked)

    def _block(self, reason: str) -> None:
        self._blocked = reason or "an alarm"

    def _unblock(self) -> None:
        self._blocked = None
