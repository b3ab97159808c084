"""All processes that a supervisor has started and that have not ended."""

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

import structlog

from instagram_app.observability.processes import NumbersOfProcesses
from instagram_app.runtime.child import Child
from instagram_app.runtime.order import Order

T = TypeVar("T")


class Children:
    """Starts processes and knows each of them until its end."""

    def __init__(
        self, command: Callable[[Order], Sequence[str]], numbers: NumbersOfProcesses
    ) -> None:
        """Start what `command` gives for an order; they count in `numbers`."""
        self._command = command
        self._numbers = numbers
        self._living = set[Child]()
        self._starting = set[asyncio.Task[Child]]()
        self._watching = set[asyncio.Task[None]]()

    async def start(self, order: Order) -> Child:
        """Start one; it is not ready yet."""
        # Shielded: a start that is given up must not leave a process that nobody knows.
        return await asyncio.shield(_noted(self._start(order), self._starting))

    async def end(self, seconds: float) -> None:
        """Let all end in order, and kill those that have not after `seconds`."""
        await asyncio.gather(*self._starting, return_exceptions=True)
        for child in self._living:
            child.tell(signal.SIGTERM)
        try:
            async with asyncio.timeout(seconds):
                await self._all_ended()
        except TimeoutError:
            log = structlog.stdlib.get_logger("instagram.supervisor")
            for child in self._living:
                log.warning("process killed: it did not end", process=child.name, pid=child.pid)
                child.tell(signal.SIGKILL)
            await self._all_ended()

    async def _all_ended(self) -> None:
        while self._living:
            await asyncio.gather(*(child.ended() for child in self._living))
            await asyncio.sleep(0)

    async def _start(self, order: Order) -> Child:
        child = await Child.start(
            order.name,
            self._command(order),
            open_files=order.open_files,
            environment={**os.environ, **self._numbers.environment},
        )
        self._living.add(child)
        _noted(self._forgotten(child), self._watching)
        return child

    async def _forgotten(self, child: Child) -> None:
        await child.ended()
        self._living.discard(child)
        self._numbers.forget(child.pid)


def _noted(work: Coroutine[Any, Any, T], tasks: set[asyncio.Task[T]]) -> asyncio.Task[T]:
    task = asyncio.create_task(work)
    tasks.add(task)
    task.add_done_callback(tasks.discard)
    return task
