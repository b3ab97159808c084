"""A process that serves HTTP, and works beside it unless that is done elsewhere."""

import asyncio
import signal
import socket
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import ClassVar

import attrs
import structlog

from instagram_app.container.application import Application
from instagram_app.container.opening import open_application
from instagram_app.http.server import create_app
from instagram_app.http.serving import listening
from instagram_app.runtime.bells import Wire
from instagram_app.runtime.freshness import fresh_numbers
from instagram_app.runtime.garbage import look_for_garbage_seldom
from instagram_app.runtime.listening import url_of
from instagram_app.runtime.open_files import allow_open_files
from instagram_app.runtime.process import run_process, unless
from instagram_app.settings.table import Settings
from instagram_app.worker.working import work


@attrs.frozen(kw_only=True)
class Serving:
    """One process on a socket that may be shared, from its start to its end."""

    NOTICE_SECONDS: ClassVar[float] = 1.0
    """Between saying that the process drains and taking no more connections: for load balancers."""
    DRAIN_SECONDS: ClassVar[float] = 6.0

    settings: Settings
    listener: socket.socket
    tell_ready: Callable[[], None]
    """Called once, when requests are taken."""
    has_worker: bool = True
    is_alone: bool = True
    processes: int = 1
    """How many serve side by side."""
    wire: Wire | None = None
    """To the worker of another process."""

    def run(self) -> int:
        """Serve until SIGTERM; give the exit code. StartRefused says why it cannot.

        SIGHUP: another process takes over, so nothing new is taken, from now on.
        """
        allow_open_files(self.settings.connections)
        with self.listener:
            return run_process(self._life)

    async def _life(self, stop: asyncio.Event) -> int:
        log, begun = structlog.stdlib.get_logger("instagram.server"), time.monotonic()
        async with AsyncExitStack() as stack:
            opening = open_application(
                self.settings, is_alone=self.is_alone, processes=self.processes
            )
            application = await unless(stop, stack.enter_async_context(opening))
            if application is not None:
                await self._serve(application, stop, begun)
        log.info("stopped")
        return 0

    async def _serve(self, application: Application, stop: asyncio.Event, begun: float) -> None:
        retired = _retirement(stop)
        if self.wire is not None:
            self.wire.send(application.bell)
        async with asyncio.TaskGroup() as group:
            group.create_task(fresh_numbers(application.metrics, stop))
            if self.has_worker:
                group.create_task(work(application, stop))
            async with listening(
                create_app(application),
                self.listener,
                most_connections=self.settings.connections,
                drain_seconds=self.DRAIN_SECONDS,
            ):
                look_for_garbage_seldom()
                self._announce(begun)
                await stop.wait()
                if not retired.is_set():
                    application.readiness.is_ready = False
                    await asyncio.sleep(self.NOTICE_SECONDS)

    def _announce(self, begun: float) -> None:
        self.tell_ready()
        structlog.stdlib.get_logger("instagram.server").info(
            "ready",
            address=url_of(self.listener),
            worker=self.has_worker,
            seconds=round(time.monotonic() - begun, 2),
        )


def _retirement(stop: asyncio.Event) -> asyncio.Event:
    retired = asyncio.Event()

    def retire() -> None:
        retired.set()
        stop.set()

    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, retire)
    return retired
