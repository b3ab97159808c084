"""The floor of a cached page: a Sanic handler that looks a page up once and gives its bytes.

One GET on Valkey; where there is none, one look into a dictionary. No session, no limits, no
validation. Takes its order pickled on stdin, prints its port.
"""

import pickle
import socket
import sys
from contextlib import AsyncExitStack
from typing import Any

import attrs
from sanic import HTTPResponse, Request, Sanic
from sanic.response import raw

from instagram_valkey.client import ValkeyClient


@attrs.frozen
class Order:
    """What to serve."""

    valkey: str | None
    pages: dict[str, bytes]
    """By key; with Valkey they are there already."""


def make_app(order: Order) -> Sanic[Any, Any]:
    """Give the server."""
    app: Sanic[Any, Any] = Sanic("bare-page", configure_logging=False)
    stack = AsyncExitStack()
    clients: list[ValkeyClient] = []

    @app.before_server_start
    async def start(_: object) -> None:
        if order.valkey is not None:
            clients.append(await stack.enter_async_context(ValkeyClient.open(order.valkey)))

    @app.after_server_start
    async def say(_: object) -> None:
        print(app.ctx.port, flush=True)

    @app.get("/page/<key:str>")
    async def page(_: Request, key: str) -> HTTPResponse:
        body = await clients[0].call("GET", key) if clients else order.pages[key]
        return raw(body, content_type="application/json")

    return app


def main() -> None:
    """Serve on a free port, and print it."""
    order: Order = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the benchmark itself
    app = make_app(order)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    app.ctx.port = listener.getsockname()[1]
    app.run(sock=listener, single_process=True, motd=False, access_log=False)


if __name__ == "__main__":
    main()
