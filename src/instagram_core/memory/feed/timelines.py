"""The timelines of readers, which are pushed to."""

from collections.abc import Iterable, Sequence
from itertools import count

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry, RebuildToken, TimelineWindow
from instagram_core.feed.ports import TimelineStore
from instagram_core.kernel.clock import Clock
from instagram_core.kernel.paging import Position
from instagram_core.memory.closing import Closable
from instagram_core.memory.expiring import Expiring
from instagram_core.memory.feed.capped import CappedTimeline


@attrs.frozen
class _Rebuild:
    token: RebuildToken
    pushed: CappedTimeline


class InMemoryTimelineStore(Closable, TimelineStore):
    """Keeps readers' timelines within one process: absent, then being rebuilt, then finished."""

    def __init__(
        self,
        clock: Clock,
        *,
        cap: int = 500,
        lifetime_seconds: float = 24 * 3600,
        rebuild_seconds: float = 30,
    ) -> None:
        """Keep `cap` entries a reader, a finished timeline and a rebuild for so many seconds."""
        self._cap = cap
        self._lifetime = lifetime_seconds
        self._rebuild_lifetime = rebuild_seconds
        self._tokens = count(1)
        self._rebuilds: Expiring[UserId, _Rebuild] = Expiring(clock)
        self._finished: Expiring[UserId, CappedTimeline] = Expiring(clock)

    async def push(self, entry: FeedEntry, readers: Sequence[UserId]) -> int:
        """Add an entry to the timelines that are there; one that has it already does not count."""
        self.check_open()
        return sum(self._push(entry, reader) for reader in set(readers))

    async def window(
        self, reader: UserId, after: Position | None, limit: int
    ) -> TimelineWindow | None:
        """Give a part of a finished timeline."""
        self.check_open()
        timeline = self._finished.get(reader)
        return None if timeline is None else timeline.window(after, limit)

    async def begin(self, reader: UserId) -> RebuildToken | None:
        """Start a rebuild; a finished timeline is forgotten."""
        self.check_open()
        if self._rebuilds.get(reader) is not None:
            return None
        token = RebuildToken(str(next(self._tokens)))
        self._rebuilds.put(
            reader, _Rebuild(token, CappedTimeline(self._cap)), self._rebuild_lifetime
        )
        self._finished.drop(reader)
        return token

    async def finish(
        self,
        reader: UserId,
        token: RebuildToken,
        entries: Sequence[FeedEntry],
        floor: Position | None,
    ) -> bool:
        """Store the snapshot together with what was pushed meanwhile."""
        self.check_open()
        rebuild = self._rebuilds.get(reader)
        if rebuild is None or rebuild.token != token:
            return False
        timeline = rebuild.pushed
        timeline.raise_floor(floor)
        for entry in entries:
            timeline.add(entry)
        self._rebuilds.drop(reader)
        self._finished.put(reader, timeline, self._lifetime)
        return True

    async def drop(self, readers: Iterable[UserId]) -> None:
        """Forget timelines, and rebuilds under way."""
        self.check_open()
        for reader in readers:
            self._rebuilds.drop(reader)
            self._finished.drop(reader)

    def _push(self, entry: FeedEntry, reader: UserId) -> bool:
        timeline = self._finished.get(reader)
        if timeline is None and (rebuild := self._rebuilds.get(reader)) is not None:
            timeline = rebuild.pushed
        return timeline is not None and timeline.add(entry)
