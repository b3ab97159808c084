"""A server of bare sockets behind the proxy: shows what reaches it, and when."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import attrs

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
Handler = Callable[[socket.socket, bytes], None]


@attrs.frozen
class Upstream:
    """What arrived."""

    port: int
    heads: list[bytes] = attrs.field(factory=list)
    """The head of each request."""


def answer_ok(connection: socket.socket, _: bytes) -> None:
    """Say that all is well."""
    connection.sendall(OK)


@contextmanager
def upstream(handler: Handler = answer_ok) -> Iterator[Upstream]:
    """Serve while the block runs: `handler` gets each connection and what follows the head."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        seen = Upstream(listener.getsockname()[1])
        threading.Thread(target=_serve, args=(listener, seen, handler), daemon=True).start()
        yield seen
        listener.shutdown(socket.SHUT_RDWR)


def _serve(listener: socket.socket, seen: Upstream, handler: Handler) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_answer, args=(connection, seen, handler), daemon=True).start()


def _answer(connection: socket.socket, seen: Upstream, handler: Handler) -> None:
    with connection:
        received = b""
        while b"\r\n\r\n" not in received:
            more = connection.recv(65536)
            if not more:
                return
            received += more
        head, _, rest = received.partition(b"\r\n\r\n")
        seen.heads.append(head)
        handler(connection, rest)
