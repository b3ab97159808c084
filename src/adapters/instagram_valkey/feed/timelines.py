"""The timelines of readers, which are pushed to."""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from typing import ClassVar

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry, HomeSnapshot, RebuildToken, TimelineWindow
from instagram_core.feed.ports import TimelineStore
from instagram_core.kernel.paging import Position
from instagram_valkey.client import ValkeyClient
from instagram_valkey.feed.lists import CappedLists


class ValkeyTimelineStore(TimelineStore):
    """Keeps readers' timelines for all processes."""

    BATCH: ClassVar[int] = 100
    """Readers a script: with more at once, whoever reads meanwhile waits longer."""
    UNDER_WAY: ClassVar[int] = 2
    """Scripts of one push at a time, so that the server need not wait for the next."""

    def __init__(
        self,
        client: ValkeyClient,
        *,
        cap: int = 500,
        lifetime_seconds: float = 24 * 3600,
        rebuild_seconds: float = 30,
    ) -> None:
        """Keep `cap` entries a reader, a finished timeline and a rebuild for so many seconds."""
        self._lists = CappedLists(
            client,
            "timeline",
            cap=cap,
            lifetime_seconds=lifetime_seconds,
            rebuild_seconds=rebuild_seconds,
            beside="pulled",
        )

    async def push(self, entry: FeedEntry, readers: Sequence[UserId]) -> int:
        """Add an entry to the timelines that are there; one that has it already does not count.

        An error leaves it in some timelines: push it again.
        """
        starts = deque(range(0, len(readers), self.BATCH))

        async def work_off() -> int:
            taken = 0
            while starts:
                start = starts.popleft()
                taken += await self._lists.push(entry, readers[start : start + self.BATCH])
            return taken

        try:
            if len(starts) <= 1:
                return await work_off()
            return sum(await asyncio.gather(*(work_off() for _ in range(self.UNDER_WAY))))
        finally:
            starts.clear()

    async def window(
        self, reader: UserId, after: Position | None, limit: int
    ) -> TimelineWindow | None:
        """Give a part of a finished timeline."""
        return await self._lists.timeline(reader, after, limit)

    async def begin(self, reader: UserId) -> RebuildToken | None:
        """Start a rebuild; a finished timeline is forgotten."""
        return await self._lists.begin(reader)

    async def finish(
        self,
        reader: UserId,
        token: RebuildToken,
        snapshot: HomeSnapshot,
    ) -> bool:
        """Store the snapshot together with what was pushed meanwhile."""
        return await self._lists.finish(reader, token, snapshot)

    async def drop(self, readers: Iterable[UserId]) -> None:
        """Forget timelines, and rebuilds under way."""
        await self._lists.drop(readers)
