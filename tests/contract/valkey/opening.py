"""How the contracts open Valkey: keys of their own, by a way that can be cut."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar
from urllib.parse import urlsplit

from instagram_valkey.client import ValkeyClient
from tests.servers.process import free_port
from tests.servers.valkey import fresh_prefix, valkey


class Way:
    """Leads to a server, until it is cut; what goes on behind is not touched."""

    def __init__(self, url: str) -> None:
        """Lead to the server of `url`."""
        self._parts = urlsplit(url)
        self.lead_to(url)
        self._ends: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._port = free_port()  # none that clients are given: one might meet itself

    @property
    def url(self) -> str:
        """Give the address to connect to instead."""
        user, at, _ = self._parts.netloc.rpartition("@")
        return self._parts._replace(netloc=f"{user}{at}127.0.0.1:{self._port}").geturl()

    def lead_to(self, url: str) -> None:
        """Lead new connections to another server; those that are there stay."""
        parts = urlsplit(url)
        self._target = parts.hostname or "127.0.0.1", parts.port or 6379

    async def clear(self) -> None:
        """Let connections through."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)

    async def cut(self) -> None:
        """End every connection, and refuse new ones."""
        assert self._server is not None
        self._server.close()
        for end in tuple(self._ends):
            end.transport.abort()
        await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(*self._target)
        self._ends |= {writer, back}
        try:
            await asyncio.gather(self._carry(reader, back), self._carry(there, writer))
        finally:
            self._ends -= {writer, back}

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65_536):
                writer.write(data)
        except OSError:
            pass
        writer.close()


class OnValkey:
    """Opens clients whose keys no other test has; a second handle is a second client."""

    capabilities: ClassVar[frozenset[str]] = frozenset({"clock", "close", "reopen", "outage"})
    recovery: ClassVar[float] = 5.0
    way: Way
    prefix: str
    client: ValkeyClient

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[ValkeyClient]:
        """Give a client that sees nothing."""
        self.way, self.prefix = Way(valkey()), fresh_prefix()
        await self.way.clear()
        try:
            async with ValkeyClient.open(
                self.way.url, prefix=self.prefix, seconds=1
            ) as self.client:
                yield self.client
        finally:
            await self.way.cut()

    @asynccontextmanager
    async def reopened(self) -> AsyncIterator[ValkeyClient]:
        """Give another client that sees the same keys, as another process has it."""
        async with ValkeyClient.open(valkey(), prefix=self.prefix, seconds=1) as client:
            yield client

    async def close(self, _: object) -> None:
        """Close what all ports share."""
        await self.client.close()

    @asynccontextmanager
    async def outage(self) -> AsyncIterator[None]:
        """Take the server away from the first client."""
        await self.way.cut()
        yield
        await self.way.clear()
