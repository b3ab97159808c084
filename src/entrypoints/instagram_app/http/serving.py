"""An app on a socket: from listening to the last answer."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from sanic.server.async_server import AsyncioServer

from instagram_app.http.protocol import PatientProtocol
from instagram_app.http.server import App

_BACKLOG: Final = 2048
_CHECK_SECONDS: Final = 0.02
_IDLE_SECONDS: Final = 1.0


@asynccontextmanager
async def listening(
    app: App,
    listener: socket.socket,
    *,
    most_connections: int | None = None,
    drain_seconds: float = 5.0,
) -> AsyncIterator[None]:
    """Serve `app` on a bound socket while the block runs.

    Connections beyond `most_connections` are taken and closed at once. On leaving the block, no
    connection is taken any more, and requests under way have `drain_seconds` to be answered. Idle
    connections have a second: whoever sends a request just then gets an answer that says `close`.
    """
    bounds = {} if most_connections is None else {"most_connections": most_connections}
    protocol = type("BoundedProtocol", (PatientProtocol,), bounds)
    server = await app.create_server(
        sock=listener,
        protocol=protocol,
        backlog=_BACKLOG,
        asyncio_server_kwargs={"start_serving": False},
    )
    assert server is not None  # noqa: S101 - its type allows for what we do not ask
    await server.startup()  # type: ignore[no-untyped-call]
    await server.start_serving()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        app.config.KEEP_ALIVE = False
        await _drain(server, drain_seconds)


async def _drain(server: AsyncioServer, seconds: float) -> None:
    closed, now = server.close(), asyncio.get_running_loop().time  # type: ignore[no-untyped-call]
    begun = now()
    while server.connections and now() < begun + seconds:
        if now() > begun + min(_IDLE_SECONDS, seconds / 2):
            for connection in list(server.connections):
                connection.close_if_idle()
        await asyncio.sleep(_CHECK_SECONDS)
    for connection in list(server.connections):
        connection.abort()
    await closed
