"""Making timelines anew from the truth."""

import asyncio
from contextlib import suppress
from typing import ClassVar

from instagram_core.accounts.model import UserId
from instagram_core.feed.ports import FeedObserver, FollowedPosts, TimelineStore
from instagram_core.kernel.background import Background
from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.kernel.errors import AdapterError


class Rebuilds:
    """Makes timelines while their readers are served from the truth.

    One rebuild a reader is under way at a time, in whatever process, and a few in each process:
    after a lost store all readers come at once, and the truth has to serve them meanwhile.
    """

    AT_ONCE: ClassVar[int] = 4
    WAITING: ClassVar[int] = 256
    """More are refused; their readers' next page asks again."""
    RENEWED_SECONDS: ClassVar[int] = 600
    """A timeline that is there is made anew once in so long: what is hidden may be in it again."""
    REMEMBERED: ClassVar[int] = 100_000
    """Readers of whom a process knows when that was."""

    def __init__(
        self,
        *,
        timelines: TimelineStore,
        followed: FollowedPosts,
        cap: int,
        observer: FeedObserver,
        clock: Clock,
    ) -> None:
        """Make timelines of `cap` entries."""
        self._timelines = timelines
        self._followed = followed
        self._cap = cap
        self._observer = observer
        self._clock = clock
        self._background = Background(self.WAITING)
        self._places = asyncio.Semaphore(self.AT_ONCE)
        self._asked: set[UserId] = set()
        self._renewed: dict[UserId, int] = {}

    def start(self, reader: UserId) -> None:
        """Begin to make a reader's timeline, unless somebody is at it. Nobody waits."""
        self._start(reader, is_there=False)

    def renew(self, reader: UserId) -> None:
        """Begin to make a timeline that is there anew, unless it was lately. Nobody waits.

        Those that are missing go before: where some wait already, the next page asks again.
        """
        now = to_milliseconds(self._clock.now())
        latest = self._renewed.get(reader)
        if latest is not None and 0 <= now - latest < 1000 * self.RENEWED_SECONDS:
            return
        if len(self._asked) < self.AT_ONCE and self._start(reader, is_there=True):
            self._renewed.pop(reader, None)  # so that it comes last
            self._renewed[reader] = now
            if len(self._renewed) > self.REMEMBERED:
                del self._renewed[next(iter(self._renewed))]

    async def idle(self) -> None:
        """Wait until no rebuild of this process is under way."""
        await self._background.idle()

    def _start(self, reader: UserId, *, is_there: bool) -> bool:
        if reader in self._asked:
            return False
        self._asked.add(reader)
        if self._background.start(self._rebuild(reader, is_there=is_there)):
            return True
        self._asked.discard(reader)
        self._observer.rebuilt("refused")
        return False

    async def _rebuild(self, reader: UserId, *, is_there: bool) -> None:
        try:
            async with self._places:
                if is_there:
                    await self._timelines.drop([reader])
                    result = await self._made(reader)
                else:
                    result = await self._unless_there(reader)
        except AdapterError:
            result = "failed"
        finally:
            self._asked.discard(reader)
        if result is not None:
            self._observer.rebuilt(result)

    async def _unless_there(self, reader: UserId) -> str | None:
        """Make it, unless another process did while this one had others to make."""
        if await self._timelines.window(reader, None, 1) is not None:
            return None
        return await self._made(reader)

    async def _made(self, reader: UserId) -> str | None:
        token = await self._timelines.begin(reader)
        if token is None:
            return None
        try:
            snapshot = await self._followed.snapshot(reader, self._cap)
            is_stored = await self._timelines.finish(reader, token, snapshot)
        except BaseException:
            # Nobody else may begin until this one is given up.
            with suppress(AdapterError):
                await self._timelines.drop([reader])
            raise
        return "stored" if is_stored else "void"
