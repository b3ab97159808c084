"""The socket that a server listens on."""

import errno
import socket
from typing import Final

from instagram_app.container.errors import StartRefused

_CONNECT_SECONDS: Final = 0.5


def bound(host: str, port: int) -> socket.socket:
    """Give a socket bound to the address, not listening yet; StartRefused when it is taken."""
    family, address = _resolved(host, port)
    listener = socket.socket(family, socket.SOCK_STREAM)
    # A port that was in use a moment ago may be bound again; one that is in use may not.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
    except OSError as error:
        listener.close()
        # What answers at an address of another machine is no reason.
        if error.errno != errno.EADDRNOTAVAIL and port and _answers(family, address):
            raise _taken(host, port) from error
        raise StartRefused(f"cannot listen on {host} port {port}: {error.strerror}") from error
    if port and _answers(family, address):
        listener.close()
        raise _taken(host, port)
    return listener


def url_of(listener: socket.socket) -> str:
    """Give the address of a bound socket as people write it."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _resolved(host: str, port: int) -> tuple[socket.AddressFamily, tuple[str, int]]:
    try:
        found = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE | socket.AI_NUMERICSERV
        )
    except socket.gaierror as error:
        raise StartRefused(f"--host is {host!r}, which is no address here") from error
    family, _, _, _, address = found[0]
    return family, (str(address[0]), port)


def _answers(family: socket.AddressFamily, address: tuple[str, int]) -> bool:
    # By connecting: a bind succeeds beside a listener of another address, and fails after a stop.
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.settimeout(_CONNECT_SECONDS)
        return probe.connect_ex(address) == 0


def _taken(host: str, port: int) -> StartRefused:
    return StartRefused(
        f"port {port} of {host} is taken by another program; choose another one with --port"
    )
