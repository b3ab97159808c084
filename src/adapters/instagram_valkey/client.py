"""The one way to a server of Valkey: calls made in one turn of the loop travel together."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from libvalkey import ReplyError, pack_command

from instagram_core.kernel.errors import AdapterClosed, AdapterUnavailable
from instagram_core.kernel.guard import Guard, Unguarded
from instagram_valkey.address import Address
from instagram_valkey.connection import Connection, Dialling, Reply, answered
from instagram_valkey.errors import is_full, meaning_of, unavailable
from instagram_valkey.scripts import Script

Word = bytes | str | int | float

_CONNECTIONS: Final = 2
_WAITING: Final = 2000
_PATIENCE: Final = 1.0


class ValkeyClient:
    """Calls one server, of this process alone, on a few connections.

    Nothing is retried. A call is answered, or refused with AdapterUnavailable within its time; its
    outcome is then unknown. The server need not be there when the client is opened: each call
    looks for it.
    """

    def __init__(self, dialling: Dialling, guard: Guard, prefix: str, connections: int) -> None:
        """Use `open`."""
        self._dialling = dialling
        self._guard = guard
        self._prefix = prefix
        self._size = connections
        self._living: list[Connection] = []
        self._gathering: Connection | None = None
        self._dials: asyncio.Task[None] | None = None
        self._loop = asyncio.get_running_loop()
        self._spared_until = 0.0
        self._is_interrupted = False
        self._is_closed = False
        self.epoch = 0
        """Grows when a connection is lost, and when the server is found again after that: what was
        kept there before may be older than what was since done to it."""
        self.epoch_began = self._loop.time()
        """When, by the loop's clock; at first when the client was opened."""

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        url: str,
        *,
        seconds: float = 0.15,
        guard: Guard | None = None,
        prefix: str = "instagram:",
        connections: int = _CONNECTIONS,
    ) -> "AsyncIterator[ValkeyClient]":
        """Give a client for the length of a block; ValueError for a URL that is none.

        Each call gets `seconds`. Keys made by `key` begin with `prefix`.
        """
        dialling = Dialling(Address.of(url), seconds, max(seconds, _PATIENCE))
        client = cls(dialling, guard or Unguarded(), prefix, connections)
        try:
            yield client
        finally:
            await client.close()

    async def close(self) -> None:
        """Close the connections; twice is fine."""
        self._is_closed = True
        for connection in tuple(self._living):
            connection.close()
        if self._dials is not None:
            self._dials.cancel()
            await asyncio.wait([self._dials])

    def key(self, *parts: object) -> str:
        """Give a key of this application: the prefix and the parts, colons between."""
        return self._prefix + ":".join(map(str, parts))

    async def call(self, *command: Word, life: str | None = None) -> Any:  # noqa: ANN401 - each command has its own reply
        """Send one command and give its reply: None, int, bytes or a list of these.

        AdapterUnavailable when the server is away, late or refuses for a while, and when the
        `life` that is named is over; AdapterClosed after `close`; ReplyError for a command that is
        wrong.
        """
        (reply,) = await self._exchange(pack_command(command), life=life)
        return reply

    async def run(
        self,
        script: Script,
        keys: Sequence[str | bytes],
        arguments: Sequence[Word] = (),
        life: str | None = None,
    ) -> Any:  # noqa: ANN401 - each script has its own reply
        """Run a script and give its reply, errors as `call`; the server need not know it yet."""
        (reply,) = await self.run_after((), script, keys, arguments, life)
        return reply

    async def run_after(
        self,
        commands: Sequence[Sequence[Word]],
        script: Script,
        keys: Sequence[str | bytes],
        arguments: Sequence[Word] = (),
        life: str | None = None,
    ) -> list[Any]:
        """Send commands and then run a script, in one round trip; give all replies, or one error.

        They are done in this order, but others may come in between.
        """
        first = [pack_command(tuple(command)) for command in commands]
        known = ("EVALSHA", script.digest, len(keys), *keys, *arguments)
        try:
            return await self._exchange(*first, pack_command(known), life=life)
        except ReplyError as error:
            if not str(error).startswith("NOSCRIPT"):
                raise
        told = pack_command(("EVAL", script.body, *known[2:]))
        return await self._exchange(*first, told, life=life)

    async def life(self) -> str:
        """Give the name of the server's present life, to be part of keys.

        A server that comes back with what it once wrote to its disk, and a replica that takes over,
        has missed changes: they begin another life, in which none of the old keys is asked for.
        AdapterUnavailable when the server is away, or does not say.
        """
        connection = self._ready()
        if connection is None:
            async with self._guard():
                connection = await self._found()
        if not connection.life:
            raise AdapterUnavailable("Valkey does not let this user see INFO, as feeds need")
        return connection.life

    async def _exchange(self, *commands: bytes, life: str | None) -> list[Reply]:
        async with self._guard():
            connection = self._ready() or await self._found()
            if life is not None and life != connection.life:
                raise AdapterUnavailable("another life of Valkey has begun meanwhile")
            replies = await answered([connection.send(command) for command in commands])
            refused = next((reply for reply in replies if isinstance(reply, ReplyError)), None)
            if refused is not None and not is_full(refused):
                raise self._refused(refused, connection) from refused
        if refused is not None:  # outside of the guard: a full server is not away
            raise self._refused(refused, connection) from refused
        return replies

    def _refused(self, reply: ReplyError, connection: Connection) -> Exception:
        meaning = meaning_of(reply)
        if meaning is None:
            return reply
        if meaning.parts:
            connection.give_up(reply)
        return meaning.error(f"Valkey refuses: {reply}")

    def _ready(self) -> Connection | None:
        """Give the connection for this turn of the loop; None when there is none."""
        chosen = self._gathering
        if chosen is None or not chosen.is_alive or not chosen.is_gathering:
            if self._is_closed:
                raise AdapterClosed("Valkey was closed")
            if not self._living:
                return None
            if len(self._living) < self._size and self._spared_until < self._loop.time():
                self._dial()
            chosen = self._gathering = min(self._living, key=lambda one: one.waiting)
        if chosen.waiting >= _WAITING:
            raise AdapterUnavailable("too many calls wait for Valkey")
        return chosen

    async def _found(self) -> Connection:
        """Wait for a connection, no longer than for an answer."""
        try:
            async with asyncio.timeout(self._dialling.seconds):
                found = await self._older() or await self._newer()
        except TimeoutError as error:
            raise unavailable("Valkey cannot be reached in time", error) from error
        except asyncio.CancelledError:
            if self._is_closed:
                raise AdapterClosed("Valkey was closed") from None
            raise
        if found is None:
            raise unavailable("Valkey cannot be reached", ConnectionResetError("lost at once"))
        return found

    async def _older(self) -> Connection | None:
        """Wait for a dial that began before this call, and so perhaps before the server came."""
        if self._dials is None:
            return None
        with contextlib.suppress(AdapterUnavailable):
            await asyncio.shield(self._dials)
        return self._ready()

    async def _newer(self) -> Connection | None:
        try:
            await asyncio.shield(self._dial())
        except AdapterUnavailable as error:
            # Others may wait for the same error: each gets one of its own.
            raise AdapterUnavailable(str(error)) from error.__cause__
        return self._ready()

    def _dial(self) -> "asyncio.Task[None]":
        if self._dials is None:
            self._dials = asyncio.create_task(self._dialled())
            self._dials.add_done_callback(_seen)
        return self._dials

    async def _dialled(self) -> None:
        # All in one task: whoever finds it done also finds what came of it.
        try:
            connection = await self._dialling.connect(self._lost)
        except BaseException:
            self._is_interrupted = True
            self._spared_until = self._loop.time() + _PATIENCE
            raise
        finally:
            self._dials = None
        if self._is_closed or not connection.is_alive:
            connection.close()
            return
        for other in tuple(self._living):
            if other.life != connection.life:
                other.give_up(ConnectionResetError("another life of the server has begun"))
        if self._is_interrupted:
            self._is_interrupted = False
            self._begin_epoch()
        self._living.append(connection)

    def _lost(self, connection: Connection) -> None:
        self._is_interrupted = True
        if connection in self._living:
            self._living.remove(connection)
            self._begin_epoch()

    def _begin_epoch(self) -> None:
        self.epoch += 1
        self.epoch_began = self._loop.time()


def _seen(dial: "asyncio.Task[None]") -> None:
    if not dial.cancelled():
        dial.exception()  # nobody may have waited for it
