"""What goes over the wire between the app and its servers, seen from outside by a tap on it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

_STARTUP: Final = 196_608  # version 3.0 of the protocol of PostgreSQL
_RUN: Final = (b"E", b"Q")  # Execute, and a simple query


class Tape:
    """Notes who spoke when, and counts hops.

    A hop is what is asked before any answer came: questions sent together are one hop, a question
    that follows an answer begins the next. Questions of one moment that an answer happens to part
    count as two: it may show more hops than there are, never fewer.
    """

    def __init__(self) -> None:
        """Begin with nothing heard."""
        self.hops = 0
        self.statements = 0
        self._is_answered = True

    def asked(self, statements: int = 0) -> None:
        """Hear the app ask a server, and PostgreSQL to run so many statements."""
        self.hops += self._is_answered
        self._is_answered = False
        self.statements += statements

    def answered(self) -> None:
        """Hear a server answer."""
        self._is_answered = True

    def forget(self) -> None:
        """Begin anew."""
        self.hops = self.statements = 0
        self._is_answered = True


class Statements:
    """Counts the statements that a client of PostgreSQL has run on one connection."""

    def __init__(self) -> None:
        """Begin where the connection begins."""
        self._buffer = bytearray()
        self._has_started = False

    def heard(self, data: bytes) -> int:
        """Give how many statements the next bytes of the client complete the asking for."""
        self._buffer += data
        found = 0
        while (size := self._size()) is not None and len(self._buffer) >= size:
            if self._has_started:
                found += bytes(self._buffer[:1]) in _RUN
            elif int.from_bytes(self._buffer[4:8]) == _STARTUP:
                self._has_started = True
            del self._buffer[:size]
        return found

    def _size(self) -> int | None:
        """Give the length of the message that the buffer begins with; None: not yet known."""
        offset = int(self._has_started)  # the first messages have no letter
        if len(self._buffer) < offset + 4:
            return None
        return offset + int.from_bytes(self._buffer[offset : offset + 4])


@asynccontextmanager
async def tapped(
    upstream: tuple[str, int] | Path, tape: Tape, *, is_postgres: bool
) -> AsyncIterator[int]:
    """Give a port behind which a server is, whose conversations go onto a tape."""

    async def connected(client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        if isinstance(upstream, Path):
            server, forth = await asyncio.open_unix_connection(upstream)
        else:
            server, forth = await asyncio.open_connection(*upstream)
        statements = Statements()

        def asked(data: bytes) -> None:
            tape.asked(statements.heard(data) if is_postgres else 0)

        with suppress(ConnectionError):
            await asyncio.gather(
                _carry(client, forth, asked), _carry(server, back, lambda _: tape.answered())
            )

    listener = await asyncio.start_server(connected, "127.0.0.1")
    async with listener:
        yield listener.sockets[0].getsockname()[1]


async def _carry(
    source: asyncio.StreamReader, target: asyncio.StreamWriter, heard: Callable[[bytes], None]
) -> None:
    try:
        while data := await source.read(1 << 16):
            heard(data)
            target.write(data)
    finally:
        target.close()
