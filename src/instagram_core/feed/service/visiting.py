"""Noticing whose profiles somebody looks at."""

from contextlib import suppress
from typing import ClassVar

from instagram_core.accounts.model import UserId
from instagram_core.feed.ports import Affinities
from instagram_core.kernel.background import Background
from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.kernel.errors import AdapterError


class ProfileVisits:
    """Records visits beside what is answered, and few of them.

    Looking again within the hour is the same visit, in each process. A visit that cannot be
    recorded is none: it only helps the ranked order to find its way.
    """

    QUIET_SECONDS: ClassVar[int] = 3600
    REMEMBERED: ClassVar[int] = 10_000
    """Visits of a process that are told apart from new ones."""
    AT_ONCE: ClassVar[int] = 16
    """Visits on their way to the store; more are not recorded."""

    def __init__(self, *, affinities: Affinities, clock: Clock) -> None:
        """Record them in `affinities`."""
        self._affinities = affinities
        self._clock = clock
        self._background = Background(self.AT_ONCE)
        self._latest: dict[tuple[UserId, UserId], int] = {}

    def seen(self, viewer: UserId | None, owner: UserId) -> None:
        """Note that a profile was shown to somebody, or to nobody. Never waits or raises.

        Must be called within a running event loop.
        """
        if viewer is None or viewer == owner:
            return
        now, pair = to_milliseconds(self._clock.now()), (viewer, owner)
        latest = self._latest.get(pair)
        if latest is not None and now < latest + 1000 * self.QUIET_SECONDS:
            return
        if self._background.start(self._record(viewer, owner, now)):
            self._latest.pop(pair, None)  # so that it comes last
            self._latest[pair] = now
            if len(self._latest) > self.REMEMBERED:
                del self._latest[next(iter(self._latest))]

    async def idle(self) -> None:
        """Wait until no visit is on its way."""
        await self._background.idle()

    async def _record(self, viewer: UserId, owner: UserId, at: int) -> None:
        with suppress(AdapterError):
            await self._affinities.visited(viewer, owner, at)
