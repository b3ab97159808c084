"""The timelines of readers, which are pushed to."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import ClassVar

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry, HomeSnapshot, RebuildToken, TimelineWindow
from instagram_core.feed.ports import TimelineStore
from instagram_core.kernel.clock import Clock
from instagram_core.kernel.paging import Position
from instagram_core.memory.closing import Closable
from instagram_core.memory.feed.rebuilt import RebuiltTimelines


class InMemoryTimelineStore(Closable, TimelineStore):
    """Keeps readers' timelines within one process."""

    BATCH: ClassVar[int] = 100
    """Readers pushed to before others may go on: a post for thousands must not hold them up."""

    def __init__(
        self,
        clock: Clock,
        *,
        cap: int = 500,
        lifetime_seconds: float = 24 * 3600,
        rebuild_seconds: float = 30,
    ) -> None:
        """Keep `cap` entries a reader, a finished timeline and a rebuild for so many seconds."""
        self._timelines = RebuiltTimelines(
            clock, cap=cap, lifetime_seconds=lifetime_seconds, rebuild_seconds=rebuild_seconds
        )

    async def push(self, entry: FeedEntry, readers: Sequence[UserId]) -> int:
        """Add an entry to the timelines that are there; one that has it already does not count."""
        self.check_open()
        taken = 0
        for number, reader in enumerate(dict.fromkeys(readers), start=1):
            taken += self._timelines.add(entry, reader)
            if number % self.BATCH == 0:
                await asyncio.sleep(0)
        return taken

    async def window(
        self, reader: UserId, after: Position | None, limit: int
    ) -> TimelineWindow | None:
        """Give a part of a finished timeline."""
        self.check_open()
        timeline = self._timelines.finished(reader)
        return None if timeline is None else timeline.window(after, limit)

    async def begin(self, reader: UserId) -> RebuildToken | None:
        """Start a rebuild; a finished timeline is forgotten."""
        self.check_open()
        return self._timelines.begin(reader)

    async def finish(
        self,
        reader: UserId,
        token: RebuildToken,
        snapshot: HomeSnapshot,
    ) -> bool:
        """Store the snapshot together with what was pushed meanwhile."""
        self.check_open()
        return self._timelines.finish(reader, token, snapshot)

    async def drop(self, readers: Iterable[UserId]) -> None:
        """Forget timelines, and rebuilds under way."""
        self.check_open()
        for reader in readers:
            self._timelines.drop(reader)
