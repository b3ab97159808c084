"""An app of in-memory adapters behind a real socket, in a thread of its own."""

import asyncio
import socket
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import attrs
import httpx

from instagram_app.container.application import Application
from instagram_app.http.server import create_app
from instagram_app.http.serving import listening
from instagram_app.worker.working import work
from tests.unit.instagram_app.memory_app import memory_application

T = TypeVar("T")
JSON = "application/json"


@attrs.frozen(kw_only=True)
class Served:
    """A running app."""

    url: str
    port: int
    application: Application
    loop: asyncio.AbstractEventLoop

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Give what a coroutine gives on the app's loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=20)

    def client(self, token: str | None = None) -> httpx.Client:
        """Give a client that keeps no cookies from others."""
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=20)

    def connect(self) -> socket.socket:
        """Give a bare connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)


@contextmanager
def served(folder: Path, **settings: str) -> Iterator[Served]:
    """Serve an empty app for the length of a block."""
    ready: Future[tuple[Served, asyncio.Event]] = Future()
    thread = threading.Thread(target=_serve, args=(folder, settings, ready), daemon=True)
    thread.start()
    app, stop = ready.result(timeout=20)
    try:
        yield app
    finally:
        app.loop.call_soon_threadsafe(stop.set)
        thread.join(timeout=20)


def _serve(
    folder: Path, settings: dict[str, str], ready: "Future[tuple[Served, asyncio.Event]]"
) -> None:
    async def life() -> None:
        stop = asyncio.Event()
        async with memory_application(folder, **settings) as application:
            listener = socket.create_server(("127.0.0.1", 0))
            async with listening(create_app(application), listener, drain_seconds=0.2):
                port = listener.getsockname()[1]
                loop = asyncio.get_running_loop()
                app = Served(
                    url=f"http://127.0.0.1:{port}", port=port, application=application, loop=loop
                )
                ready.set_result((app, stop))
                await work(application, stop, concurrency=1)

    try:
        asyncio.run(life())
    except BaseException as error:
        if ready.done():
            raise
        ready.set_exception(error)
