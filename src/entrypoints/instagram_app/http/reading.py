"""Bodies of requests: read piece by piece, within a size, and no slower than a pace."""

import asyncio
from typing import ClassVar

from sanic import Request
from sanic.exceptions import PayloadTooLarge
from sanic.http import Http

from instagram_app.http.errors import SlowRequestError, TooLargeError


class Body:
    """A body that is still arriving."""

    GRACE_SECONDS: ClassVar[float] = 10.0
    """How long a sender may take before pace counts."""
    PACE: ClassVar[int] = 64 * 1024
    """Bytes a second that are asked for after that."""

    def __init__(self, request: Request, most_bytes: int) -> None:
        """Read `request`; TooLargeError when it declares more than `most_bytes`."""
        stream = request.stream
        assert isinstance(stream, Http)  # noqa: S101 - HTTP/1 is all that is served
        self._stream = stream
        self._received = 0
        self._waited = 0.0
        if stream.request_body and (stream.request_bytes or 0) > most_bytes:
            raise TooLargeError
        # A chunked body declares nothing: the server counts it against this while it arrives.
        stream.request_max_size = most_bytes

    async def read(self) -> bytes:
        """Give the next piece; empty at the end.

        SlowRequestError when the sender falls behind the pace, TooLargeError when more comes than
        is taken.
        """
        try:
            while self._stream.request_body:
                chunk = await self._next()
                if chunk:
                    self._received += len(chunk)
                    return chunk
        except PayloadTooLarge:
            raise TooLargeError from None
        return b""

    async def whole(self) -> bytes:
        """Give all of it."""
        first = await self.read()
        if not self._stream.request_body or not first:
            return first
        pieces = [first]
        while piece := await self.read():
            pieces.append(piece)
        return b"".join(pieces)

    async def _next(self) -> bytes | None:
        if self._stream.recv_buffer and self._stream.request_bytes_left:
            return await self._stream.read()  # what is there already needs no clock
        clock = asyncio.get_running_loop().time
        started = clock()
        left = self.GRACE_SECONDS + self._received / self.PACE - self._waited
        try:
            async with asyncio.timeout(max(left, 0.0)):
                return await self._stream.read()
        except TimeoutError:
            self._give_up()
            raise SlowRequestError from None
        finally:
            self._waited += clock() - started

    def _give_up(self) -> None:
        self._stream.keep_alive = False
        self._stream.request_body = None
