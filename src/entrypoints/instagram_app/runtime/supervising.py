"""The supervisor of a server: it starts processes on one socket, and starts again what ends.

- One process, unless more are asked for: HTTP, worker and scheduler. Several: as many for HTTP, and
  one for worker and scheduler.
- All serve on one socket, which the supervisor has bound and keeps open. What waits in its queue
  is lost with no process: the others take it, or the next one does.
- SIGHUP replaces the processes one by one; a new one is ready before the old one drains.
"""

import asyncio
import os
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from functools import partial
from itertools import repeat
from typing import ClassVar

import attrs
import structlog

from instagram_app.container.database import shared_database
from instagram_app.container.errors import StartRefused
from instagram_app.observability.processes import NumbersOfProcesses
from instagram_app.runtime.bells import Wire
from instagram_app.runtime.children import Children
from instagram_app.runtime.listening import bound, url_of
from instagram_app.runtime.order import Order
from instagram_app.runtime.process import run_process, unless
from instagram_app.runtime.slot import Slot
from instagram_app.runtime.terminal import hangup_means_rolling
from instagram_app.settings.consistency import problems_of_several_processes
from instagram_app.settings.errors import SettingsRefused
from instagram_app.settings.table import Settings


@attrs.frozen(kw_only=True)
class Supervisor:
    """Runs a server as one process or several."""

    STOP_SECONDS: ClassVar[float] = 9.0
    """From SIGTERM until processes that have not ended are killed."""

    settings: Settings
    host: str
    port: int
    processes: int
    has_worker: bool
    command: Callable[[Order], Sequence[str]]
    """Gives the command of a child."""
    read_settings: Callable[[], object]
    """Reads the settings as a child will; SettingsRefused when they make no sense."""

    def run(self) -> int:
        """Serve until SIGTERM or Ctrl-C; give the exit code. StartRefused says why it cannot."""
        if self._is_several:
            what = f"--processes {self.processes}"
            if problems := problems_of_several_processes(self.settings, what):
                raise StartRefused("\n".join(problems))
        with bound(self.host, self.port) as listener:
            return run_process(lambda stop: self._life(listener, stop))

    @property
    def _is_several(self) -> bool:
        return self.processes > 1

    async def _life(self, listener: socket.socket, stop: asyncio.Event) -> int:
        rolling = asyncio.Event()
        hangup_means_rolling(asyncio.get_running_loop(), rolling, stop)
        async with AsyncExitStack() as stack:
            numbers = stack.enter_context(NumbersOfProcesses.kept(is_needed=self._is_several))
            wire = stack.enter_context(Wire.open()) if self._is_several else None
            if self._is_several:
                database = stack.enter_async_context(shared_database(self.settings))
                if await unless(stop, database) is None:
                    return 0
            children = Children(self.command, numbers)
            stack.push_async_callback(children.end, self.STOP_SECONDS)
            # Of the copies of the socket this one goes first; then each child's, when it drains.
            stack.callback(listener.close)
            slots = [
                Slot(partial(children.start, order), is_exclusive=order.is_alone)
                for order in self._orders(listener.fileno(), wire)
            ]
            if await unless(stop, _all_filled(slots)):
                sys.stdout.write(f"{url_of(listener)}\n")
                sys.stdout.flush()
                await unless(stop, _kept(slots, rolling, self.read_settings))
        return 0

    def _orders(self, listener: int, wire: Wire | None) -> Iterator[Order]:
        order = Order(
            parent=os.getpid(),
            listener=listener,
            has_worker=self.has_worker and not self._is_several,
            is_alone=not self._is_several,
            processes=self.processes,
            wire=None if wire is None else (wire.reading, wire.writing),
        )
        yield from repeat(order, self.processes)
        if self.has_worker and self._is_several:
            yield attrs.evolve(order, listener=None, has_worker=True)


async def _all_filled(slots: Sequence[Slot]) -> bool:
    async with asyncio.TaskGroup() as group:
        for slot in slots:
            group.create_task(slot.fill())
    return True


async def _kept(
    slots: Sequence[Slot], rolling: asyncio.Event, read_settings: Callable[[], object]
) -> None:
    log = structlog.stdlib.get_logger("instagram.supervisor")
    async with asyncio.TaskGroup() as group:
        for slot in slots:
            group.create_task(slot.keep())
        while await rolling.wait():
            rolling.clear()
            try:
                read_settings()  # a process that is alone ends before the next one could find out
            except SettingsRefused as error:
                log.warning("rolling refused", reason=str(error))
                continue
            log.info("rolling", processes=len(slots))
            for slot in slots:
                if not await slot.replace():
                    break
            else:
                log.info("rolled")
