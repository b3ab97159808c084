"""The few sandbox processes that pictures take turns in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from instagram_core.kernel.errors import AdapterClosed
from instagram_sandbox.child import SandboxChild
from instagram_sandbox.limits import Limits
from instagram_sandbox.program import Program


class SandboxPool:
    """Starts processes when they are first needed and replaces those that end or are spent."""

    def __init__(self, program: Program, limits: Limits, *, children: int, pictures: int) -> None:
        """Hold at most `children` processes, each for `pictures` pictures."""
        self._program = program
        self._limits = limits
        self._pictures = pictures
        self._children = children
        self._free = asyncio.Semaphore(children)
        self._idle = list[SandboxChild]()
        self._busy = set[SandboxChild]()
        self._burials = set[asyncio.Task[None]]()
        self.is_closed = False

    @asynccontextmanager
    async def lease(self, *, fresh: bool = False) -> AsyncIterator[SandboxChild]:
        """Give a process for one picture, a new one if `fresh`.

        Whatever goes wrong inside, cancellation too, ends the process: nobody knows what it is
        still doing. Only a block that finishes gives it back.
        """
        async with self._free:
            child = await self._taken(fresh=fresh)
            self._busy.add(child)
            finished = False
            try:
                yield child
                finished = True
            finally:
                self._busy.discard(child)
                if finished and child.is_usable and not self.is_closed:
                    self._idle.append(child)
                else:
                    self._discard(child)

    def pids(self) -> list[int]:
        """Give the ids of the processes that exist."""
        return [child.pid for child in (*self._idle, *self._busy)]

    async def close(self) -> None:
        """End all processes, also those at work, and wait until they are gone."""
        self.is_closed = True
        for child in self._busy:
            child.kill()
        while self._idle:
            self._discard(self._idle.pop())
        # Once every place is ours no call is under way and no process is being started.
        for _ in range(self._children):
            await self._free.acquire()
        for _ in range(self._children):
            self._free.release()
        while self._burials:
            await asyncio.wait(set(self._burials))

    async def _taken(self, *, fresh: bool) -> SandboxChild:
        self._refuse_if_closed()
        while self._idle:
            child = self._idle.pop()
            if child.is_usable and not fresh:
                return child
            self._discard(child)
        child = await SandboxChild.start(self._program, self._limits, self._pictures)
        if self.is_closed:
            self._discard(child)
        self._refuse_if_closed()
        return child

    def _refuse_if_closed(self) -> None:
        if self.is_closed:
            raise AdapterClosed("the image processor is closed")

    def _discard(self, child: SandboxChild) -> None:
        child.kill()
        burial = asyncio.create_task(child.buried())
        self._burials.add(burial)
        burial.add_done_callback(self._burials.discard)
