"""A proxy between an app and one of its servers, whose connections do what networks do."""

import asyncio
import socket
import struct
import threading
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, Self, TypeVar

import attrs

from tests.servers.process import free_port

T = TypeVar("T")

_CHUNK = 16 * 1024
_ABORT = struct.pack("ii", 1, 0)  # closing sends a reset and forgets what was not sent


@attrs.frozen(kw_only=True)
class Weather:
    """What happens to the bytes of every connection."""

    latency: float = 0.0
    """Seconds that each piece is late, in both directions."""
    bytes_per_second: float | None = None
    answers_end_after: int | None = None
    """Bytes of answers after which a connection is cut."""
    is_frozen: bool = False
    """Connections are taken, and stay open, and nothing goes through."""


class Proxy:
    """Stands on a port of its own in front of one server, until closed. Works for any protocol.

    Each switch holds for the connections that there are and for new ones, until the next one.
    """

    def __init__(self, upstream: tuple[str, int] | Path, *, is_refusing: bool = False) -> None:
        """Stand in front of an address, or a Unix socket; `is_refusing`: nobody listens yet."""
        self.port = free_port()
        self._upstream = upstream
        self._listener: asyncio.Server | None = None
        self._links = dict[_Link, "asyncio.Task[None]"]()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.weather = Weather()
        if not is_refusing:
            self.let_through()

    def let_through(self) -> None:
        """Be a good network."""
        self._run(self._change(Weather()))

    def refuse(self) -> None:
        """End every connection and let nobody connect, as when no server runs."""
        self._run(self._vanish())

    def freeze(self) -> None:
        """Take connections and keep them, and say nothing."""
        self._run(self._change(Weather(is_frozen=True)))

    def slow_down(self, latency: float, *, bytes_per_second: float | None = None) -> None:
        """Deliver everything late."""
        self._run(self._change(Weather(latency=latency, bytes_per_second=bytes_per_second)))

    def cut_answers(self, after: int) -> None:
        """End each connection when so many more bytes of answers went through."""
        self._run(self._change(Weather(answers_end_after=after)))

    def reset(self) -> None:
        """End the connections that there are; new ones are as good as before."""
        self._run(self._reset())

    def close(self) -> None:
        """End everything; twice is fine."""
        if self._thread.is_alive():
            self.refuse()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def __enter__(self) -> Self:
        """Give the proxy."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=10)

    async def _change(self, weather: Weather) -> None:
        self.weather = weather
        for link in self._links:
            link.changed()
        if self._listener is None:
            self._listener = await asyncio.start_server(self._connected, "127.0.0.1", self.port)

    async def _vanish(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        await self._reset()

    async def _reset(self) -> None:
        links = dict(self._links)
        for link in links:
            link.abort()
        await asyncio.gather(*links.values(), return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = _Link(self, writer)
        carrying = self._links[link] = asyncio.create_task(link.carry(reader, self._upstream))
        carrying.add_done_callback(lambda _: self._links.pop(link))


class _Link:
    """One connection of a client, and the one to the server that belongs to it."""

    def __init__(self, proxy: Proxy, client: asyncio.StreamWriter) -> None:
        self._proxy = proxy
        self._writers = [client]
        self._changed = asyncio.Event()
        self._answered = 0

    def changed(self) -> None:
        """Look at the weather again."""
        self._answered = 0
        self._changed.set()

    def abort(self) -> None:
        """End it at both sides, at once."""
        for writer in self._writers:
            connection = writer.get_extra_info("socket")
            with suppress(OSError):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
            writer.transport.abort()
        self._changed.set()

    async def carry(self, client: asyncio.StreamReader, upstream: tuple[str, int] | Path) -> None:
        """Carry bytes until either side ends, or the weather ends it."""
        try:
            if isinstance(upstream, Path):
                server, writer = await asyncio.open_unix_connection(upstream)
            else:
                server, writer = await asyncio.open_connection(*upstream)
        except OSError:
            return self.abort()
        self._writers.append(writer)
        pumps = {
            asyncio.create_task(self._pump(client, writer, is_answer=False)),
            asyncio.create_task(self._pump(server, self._writers[0], is_answer=True)),
        }
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        self.abort()
        for pump in pumps:
            pump.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)
        return None

    async def _pump(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, is_answer: bool
    ) -> None:
        while data := await source.read(_CHUNK):
            await self._delayed(len(data))
            ends_after = self._proxy.weather.answers_end_after
            if is_answer and ends_after is not None:
                left, self._answered = ends_after - self._answered, self._answered + len(data)
                if len(data) >= left:
                    target.write(data[:left])
                    return
            target.write(data)
            await target.drain()

    async def _delayed(self, size: int) -> None:
        while self._proxy.weather.is_frozen and not self._writers[0].is_closing():
            self._changed.clear()
            await self._changed.wait()
        weather = self._proxy.weather
        pause = weather.latency
        if weather.bytes_per_second is not None:
            pause += size / weather.bytes_per_second
        if pause:
            await asyncio.sleep(pause)
