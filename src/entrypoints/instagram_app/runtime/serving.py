"""The server: HTTP, and the worker and scheduler beside it unless they run elsewhere."""

import asyncio
import socket
import sys
import time
from contextlib import AsyncExitStack
from typing import ClassVar

import attrs
import structlog

from instagram_app.container.application import Application
from instagram_app.container.errors import StartRefused
from instagram_app.container.opening import open_application
from instagram_app.http.server import create_app
from instagram_app.http.serving import listening
from instagram_app.runtime.listening import bound, url_of
from instagram_app.runtime.open_files import allow_open_files
from instagram_app.runtime.process import run_process, unless
from instagram_app.settings.consistency import problems_of_several_processes
from instagram_app.settings.table import Settings
from instagram_app.worker.working import work


@attrs.frozen(kw_only=True)
class Serving:
    """One server, from its start to its end."""

    NOTICE_SECONDS: ClassVar[float] = 1.0
    """Between saying that the process drains and taking no more connections: for load balancers."""
    DRAIN_SECONDS: ClassVar[float] = 6.0

    settings: Settings
    host: str
    port: int
    processes: int = 1
    has_worker: bool = True

    def run(self) -> int:
        """Serve until SIGTERM or Ctrl-C; give the exit code. StartRefused says why it cannot."""
        if self.processes > 1:
            self._refuse_several()
        allow_open_files(self.settings.connections)
        with bound(self.host, self.port) as listener:
            return run_process(lambda stop: self._life(listener, stop))

    def _refuse_several(self) -> None:
        what = f"--processes {self.processes}"
        problems = problems_of_several_processes(self.settings, what)
        raise StartRefused("\n".join(problems) or f"{what}: this version serves with one process")

    async def _life(self, listener: socket.socket, stop: asyncio.Event) -> int:
        log, begun = structlog.stdlib.get_logger("instagram.server"), time.monotonic()
        async with AsyncExitStack() as stack:
            opening = stack.enter_async_context(open_application(self.settings))
            application = await unless(stop, opening)
            if application is not None:
                await self._serve(application, listener, stop, begun)
        log.info("stopped")
        return 0

    async def _serve(
        self,
        application: Application,
        listener: socket.socket,
        stop: asyncio.Event,
        begun: float,
    ) -> None:
        async with asyncio.TaskGroup() as group:
            if self.has_worker:
                group.create_task(work(application, stop))
            async with listening(
                create_app(application),
                listener,
                most_connections=self.settings.connections,
                drain_seconds=self.DRAIN_SECONDS,
            ):
                self._announce(listener, begun)
                await stop.wait()
                application.readiness.is_ready = False
                await asyncio.sleep(self.NOTICE_SECONDS)

    def _announce(self, listener: socket.socket, begun: float) -> None:
        address = url_of(listener)
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        seconds = round(time.monotonic() - begun, 2)
        structlog.stdlib.get_logger("instagram.server").info(
            "ready", address=address, worker=self.has_worker, seconds=seconds
        )
