"""A place among the processes of a server that is never empty for long."""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable
from typing import ClassVar

import structlog

from instagram_app.container.errors import StartRefused
from instagram_app.runtime.child import Child


class Slot:
    """Keeps one child running: starts it again when it ends, replaces it when asked.

    A child that lived for a while is started again at once. One that keeps failing has to wait
    longer each time.
    """

    HEALTHY_SECONDS: ClassVar[float] = 10.0
    DELAYS: ClassVar[tuple[float, ...]] = (0.0, 0.1, 0.3, 1.0, 2.0, 4.0, 8.0, 15.0)
    DRAIN_SECONDS: ClassVar[float] = 9.0

    def __init__(
        self,
        start: Callable[[], Awaitable[Child]],
        *,
        is_exclusive: bool,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """Start children by `start`; where two exclude each other, the old one goes first."""
        self._start = start
        self._pause = pause
        self._is_exclusive = is_exclusive
        self._changing = asyncio.Lock()
        self._child: Child | None = None
        self._ready_at = 0.0
        self._failures = 0
        self._log = structlog.stdlib.get_logger("instagram.supervisor")

    async def fill(self) -> None:
        """Start the first child and wait until it is ready; StartRefused says why it cannot."""
        child = await self._start()
        await child.ready()
        self._take(child)

    async def keep(self) -> None:
        """Start a child again whenever it ends. Runs until it is cancelled."""
        while (child := self._child) is not None:
            code = await child.ended()
            async with self._changing:
                if child is self._child:
                    self._log.warning("process ended", process=child.name, pid=child.pid, code=code)
                    await self._refill()

    async def replace(self) -> bool:
        """Let a new child take over; give False, and keep the old one, if it does not start."""
        async with self._changing:
            old = self._child
            if old is None or self._is_exclusive:
                self._failures = 0
                self._ready_at = 0.0
            else:
                fresh = await self._start()
                try:
                    await fresh.ready()
                except StartRefused as error:
                    self._log.error("replacement failed", process=old.name, reason=str(error))
                    return False
                self._take(fresh)
        if old is not None:
            await _retire(old, self.DRAIN_SECONDS)
        return True

    async def _refill(self) -> None:
        if self._ready_at and time.monotonic() - self._ready_at < self.HEALTHY_SECONDS:
            self._failures += 1
        else:
            self._failures = 0
        while True:
            await self._pause(self.DELAYS[min(self._failures, len(self.DELAYS) - 1)])
            child = await self._start()
            try:
                await child.ready()
            except StartRefused as error:
                self._failures += 1
                self._log.error("process did not start", process=child.name, reason=str(error))
                continue
            self._log.info("process started again", process=child.name, pid=child.pid)
            self._take(child)
            return

    def _take(self, child: Child) -> None:
        self._child, self._ready_at = child, time.monotonic()


async def _retire(child: Child, seconds: float) -> None:
    """Let it finish what it has; it takes nothing new from now on."""
    child.tell(signal.SIGHUP)
    try:
        async with asyncio.timeout(seconds):
            await child.ended()
    except TimeoutError:
        child.tell(signal.SIGKILL)
        await child.ended()
