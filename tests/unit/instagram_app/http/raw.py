"""Requests that no client library would send."""

import socket
from http.client import HTTPResponse

import attrs

from tests.unit.instagram_app.http.served import Served


@attrs.frozen(kw_only=True)
class Raw:
    """An answer, read from the wire."""

    status: int
    headers: dict[str, str]
    body: bytes


def exchange(app: Served, request: bytes, *, half_close: bool = False) -> Raw:
    """Give the answer to bytes on a fresh connection."""
    with app.connect() as connection:
        connection.sendall(request)
        if half_close:
            connection.shutdown(socket.SHUT_WR)
        return receive(connection)


def receive(connection: socket.socket) -> Raw:
    """Give the next answer of a connection."""
    response = HTTPResponse(connection)
    response.begin()
    body = response.read()
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Raw(status=response.status, headers=headers, body=body)


def is_closed(connection: socket.socket) -> bool:
    """Tell whether the server has closed the connection."""
    try:
        return connection.recv(1) == b""
    except ConnectionError:
        return True
