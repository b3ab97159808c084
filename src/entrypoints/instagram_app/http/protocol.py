"""The HTTP protocol with the patience of a public server: bounded, whoever is at the other end."""

import re
from time import monotonic
from typing import Any, ClassVar, Final

from sanic.exceptions import BadRequest, BadURL, RequestTimeout, ServiceUnavailable
from sanic.http import Http, Stage
from sanic.server.protocols.http_protocol import HttpProtocol

_DIGITS: Final = re.compile(r"[0-9A-Fa-f]{1,20}")


class StrictHttp(Http):
    """Takes sizes in plain digits only.

    What one server reads as a size and another does not lets a second request travel inside the
    first.
    """

    __slots__ = ()

    @staticmethod
    def _safe_int(value: str, base: int = 10) -> int:
        if not _DIGITS.fullmatch(value):
            raise ValueError
        return int(value, base)

    def create_empty_request(self) -> None:
        """Stand in for a request that cannot be read, its address included, so it is answered."""
        try:
            super().create_empty_request()
        except BadURL:
            self.url = None
            super().create_empty_request()


class PatientProtocol(HttpProtocol):
    """Closes what waits too long, and answers clients that have closed their sending half.

    - A head that is not complete within `HEAD_SECONDS` of its first byte: 408, however it trickles.
    - A body that nobody asked for is heard out for `LINGER_SECONDS`, so that its sender gets to
      read the answer.
    - Connections over the limit are accepted and closed.
    """

    HTTP_CLASS = StrictHttp
    __slots__ = ("_waiting_since",)

    HEAD_SECONDS: ClassVar[float] = 10.0
    LINGER_SECONDS: ClassVar[float] = 5.0
    CHECK_SECONDS: ClassVar[float] = 1.0
    most_connections: ClassVar[int] = 10_000

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 - passed on as it came
        """Serve one connection."""
        super().__init__(**kwargs)
        self._waiting_since: float | None = None

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401 - as the server has it
        """Take the connection, unless there are too many."""
        if len(self.connections) >= self.most_connections:
            transport.abort()
            return
        super().connection_made(transport)  # type: ignore[no-untyped-call]

    def connection_lost(self, exc: Exception | None) -> None:
        """Clean up, if there is anything to."""
        if self.conn_info is not None:
            super().connection_lost(exc)  # type: ignore[no-untyped-call]

    def eof_received(self) -> bool:
        """Keep the connection for the answer when the request is complete."""
        http = self.http
        if http is None or self._task is None or http.stage is Stage.IDLE:
            return False
        http.keep_alive = False
        if http.stage is Stage.REQUEST or self._is_cut_off():
            http.exception = BadRequest("The request ended before it was complete.")
            self._task.cancel()
        return True

    def check_timeouts(self) -> None:
        """Close the connection if its client made us wait too long; else look again later."""
        http = self.http
        if not self._task or http is None:
            return
        idle = monotonic() - self._time
        if http.stage is Stage.REQUEST:
            self._cancel_if(self._waited() > self.HEAD_SECONDS, RequestTimeout("Slow head"))
        elif http.stage is Stage.IDLE and getattr(http, "request_body", None):
            self._cancel_if(self._waited() > self.LINGER_SECONDS, RequestTimeout("Unasked body"))
        else:
            self._waiting_since = None
            if http.stage is Stage.IDLE:
                self._cancel_if(idle > self.keep_alive_timeout, RequestTimeout("Idle"))
            elif getattr(self, "websocket", None) is None:
                self._cancel_if(idle > self.response_timeout, ServiceUnavailable("Stuck"))
        self._callback_check_timeouts = self.loop.call_later(
            self.CHECK_SECONDS, self.check_timeouts
        )

    def _waited(self) -> float:
        now = monotonic()
        if self._waiting_since is None:
            self._waiting_since = now
        return now - self._waiting_since

    def _cancel_if(self, is_over: bool, reason: Exception) -> None:  # noqa: FBT001 - reads as a sentence
        if is_over and self._task is not None and self.http is not None:
            self.http.exception = reason
            self._task.cancel()

    def _is_cut_off(self) -> bool:
        http = self.http
        if http.request_body == "chunked":
            return not self.recv_buffer.endswith(b"0\r\n\r\n")
        return (http.request_bytes_left or 0) > len(self.recv_buffer)
