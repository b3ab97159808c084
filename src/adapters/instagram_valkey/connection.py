"""One socket on which many calls are under way; replies come in the order of the calls."""

import asyncio
import hashlib
import socket
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, cast

import attrs
from libvalkey import ProtocolError, Reader, ReplyError, pack_command

from instagram_core.kernel.errors import AdapterClosed
from instagram_valkey.address import Address
from instagram_valkey.errors import unavailable

Reply = Any
"""None, int, bytes, a list of replies, or a ReplyError."""

_GRACE: Final = 0.005  # for replies that came while the loop was busy elsewhere
_LIFE: Final = (("INFO", "server"), ("INFO", "replication"))
_LIFE_FIELDS: Final = (b"run_id:", b"master_replid:")


class Connection(asyncio.Protocol):
    """Writes the calls of one turn of the loop together, and hands replies out in order.

    A call that waits for too long ends the connection: its reply might still come, and would be
    taken for the reply to another.
    """

    def __init__(self, seconds: float, on_lost: Callable[["Connection"], None]) -> None:
        """Give each call `seconds`; tell `on_lost` once, when no reply can come any more."""
        self._seconds = seconds
        self._on_lost = on_lost
        self._loop = asyncio.get_running_loop()
        self._reader = Reader()
        self._calls: deque[tuple[asyncio.Future[Reply], float]] = deque()
        self._unsent: list[bytes] = []
        self._transport: asyncio.Transport | None = None
        self._watch: asyncio.TimerHandle | None = None
        self.is_alive = True
        self.life = ""
        """Which life of which server this leads to, as `life_of` names it."""

    @property
    def waiting(self) -> int:
        """Give how many replies are still to come, those that nobody waits for included."""
        return len(self._calls)

    @property
    def is_gathering(self) -> bool:
        """Tell whether calls of this turn are waiting to be written."""
        return bool(self._unsent)

    def send(self, command: bytes) -> "asyncio.Future[Reply]":
        """Give the reply to come; cancelling it leaves the connection usable."""
        if not self._unsent:
            self._loop.call_soon(self._flush)
        self._unsent.append(command)
        reply: asyncio.Future[Reply] = self._loop.create_future()
        deadline = self._loop.time() + self._seconds
        self._calls.append((reply, deadline))
        if self._watch is None:
            self._watch = self._loop.call_at(deadline, self._look)
        return reply

    def close(self) -> None:
        """End it; whoever waits hears that the adapter was closed."""
        self._end(lambda: AdapterClosed("Valkey was closed meanwhile"))

    def give_up(self, cause: BaseException, message: str = "Valkey cannot be reached") -> None:
        """End it because of `cause`, which whoever waits is told."""
        self._end(lambda: unavailable(message, cause))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by its class
        raw = transport.get_extra_info("socket")
        if raw is not None and raw.family != socket.AF_UNIX:
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if not self.is_alive:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Hand out the replies that are complete."""
        self._reader.feed(data)
        try:
            # False is no reply: nothing of RESP2 becomes one.
            while (reply := self._reader.gets()) is not False:
                if not self._calls:
                    raise ProtocolError("a reply that nobody asked for")  # noqa: TRY301
                waiting, _ = self._calls.popleft()
                if not waiting.done():
                    waiting.set_result(reply)
        except ProtocolError as error:
            self.give_up(error, "Valkey sent what is no reply")

    def connection_lost(self, exc: Exception | None) -> None:
        """End, because the other side did."""
        cause = exc or ConnectionResetError("the server closed the connection")
        self.give_up(cause, "the connection to Valkey was lost")

    def _flush(self) -> None:
        unsent, self._unsent = self._unsent, []
        if self.is_alive and self._transport is not None and unsent:
            self._transport.write(b"".join(unsent))

    def _look(self) -> None:
        """Look whether the oldest call has waited for too long."""
        self._watch = None
        if not self._calls:
            return
        oldest, deadline = self._calls[0]
        if deadline > self._loop.time():
            self._watch = self._loop.call_at(deadline, self._look)
        else:
            self._watch = self._loop.call_later(_GRACE, self._look_again, oldest)

    def _look_again(self, oldest: "asyncio.Future[Reply]") -> None:
        if self._calls and self._calls[0][0] is oldest:
            cause = TimeoutError(f"no answer within {self._seconds:g} s")
            self.give_up(cause, "Valkey did not answer in time")
        else:
            self._look()

    def _end(self, error: Callable[[], Exception]) -> None:
        if not self.is_alive:
            return
        self.is_alive = False
        if self._watch is not None:
            self._watch.cancel()
        if self._transport is not None:
            self._transport.abort()
        self._unsent.clear()
        calls, self._calls = self._calls, deque()
        for waiting, _ in calls:
            if not waiting.done():
                waiting.set_exception(error())
        self._on_lost(self)


async def answered(calls: Sequence["asyncio.Future[Reply]"]) -> list[Reply]:
    """Give the replies to calls of one connection; where one fails, nobody waits for the others."""
    try:
        return [await call for call in calls]
    except BaseException:
        for call in calls:
            if not call.cancel() and not call.cancelled():
                call.exception()
        raise


@attrs.frozen
class Dialling:
    """How connections are made."""

    address: Address
    seconds: float
    """For each call."""
    patience: float
    """For the whole way in: names, TLS, sign-in."""

    async def connect(self, on_lost: Callable[[Connection], None]) -> Connection:
        """Give a connection that was let in; AdapterUnavailable when there is none to be had."""
        connection = Connection(self.seconds, on_lost)
        try:
            async with asyncio.timeout(self.patience):
                await self._dial(connection)
                greeting = [*self.address.greeting(), *_LIFE]
                replies = [connection.send(pack_command(one)) for one in greeting]
                answers = await asyncio.gather(*replies)
        except (OSError, TimeoutError) as error:
            connection.close()
            raise unavailable(f"Valkey at {self.address} cannot be reached", error) from error
        except BaseException:
            connection.close()
            raise
        for answer in answers[: -len(_LIFE)]:
            if isinstance(answer, ReplyError):
                connection.close()
                raise unavailable(f"Valkey at {self.address} lets nobody in", answer)
        connection.life = life_of(answers[-len(_LIFE) :])
        return connection

    async def _dial(self, connection: Connection) -> None:
        loop, address = asyncio.get_running_loop(), self.address
        if address.path:
            await loop.create_unix_connection(lambda: connection, address.path)
        else:
            await loop.create_connection(
                lambda: connection, address.host, address.port, ssl=address.tls
            )


def life_of(told: Iterable[Reply]) -> str:
    """Give a name for the life of a server that INFO tells of; empty where it does not say.

    It is another one after each start, whatever the server has read from its disk, and after each
    time it became a primary: what is kept may then be older than what was done to it.
    """
    lines = [line for each in told if isinstance(each, bytes) for line in each.splitlines()]
    named = [line for line in lines if line.startswith(_LIFE_FIELDS)]
    return hashlib.sha256(b" ".join(named)).hexdigest()[:12] if named else ""
