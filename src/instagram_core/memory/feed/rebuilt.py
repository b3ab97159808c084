"""Capped timelines of many owners: each is absent, then being rebuilt, then finished."""

from itertools import count

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry, HomeSnapshot, RebuildToken
from instagram_core.kernel.clock import Clock
from instagram_core.memory.expiring import Expiring
from instagram_core.memory.feed.capped import CappedTimeline


@attrs.frozen
class _Rebuild:
    token: RebuildToken
    meanwhile: CappedTimeline


class RebuiltTimelines:
    """Keeps what is finished, and beside it what arrives while somebody rebuilds."""

    def __init__(
        self, clock: Clock, *, cap: int, lifetime_seconds: float, rebuild_seconds: float
    ) -> None:
        """Keep `cap` entries an owner, a finished timeline and a rebuild for so many seconds."""
        self._cap = cap
        self._lifetime = lifetime_seconds
        self._rebuild_lifetime = rebuild_seconds
        self._tokens = count(1)
        self._rebuilds: Expiring[UserId, _Rebuild] = Expiring(clock)
        self._finished: Expiring[UserId, CappedTimeline] = Expiring(clock)

    def finished(self, owner: UserId) -> CappedTimeline | None:
        """Give a finished timeline."""
        return self._finished.get(owner)

    def add(self, entry: FeedEntry, owner: UserId) -> bool:
        """Tell whether an owner's timeline took the entry, or the rebuild under way did."""
        timeline = self._finished.get(owner)
        if timeline is None and (rebuild := self._rebuilds.get(owner)) is not None:
            timeline = rebuild.meanwhile
        return timeline is not None and timeline.add(entry)

    def begin(self, owner: UserId) -> RebuildToken | None:
        """Start a rebuild, unless one is under way; a finished timeline is forgotten."""
        if self._rebuilds.get(owner) is not None:
            return None
        token = RebuildToken(str(next(self._tokens)))
        self._rebuilds.put(
            owner, _Rebuild(token, CappedTimeline(self._cap)), self._rebuild_lifetime
        )
        self._finished.drop(owner)
        return token

    def finish(
        self,
        owner: UserId,
        token: RebuildToken,
        snapshot: HomeSnapshot,
    ) -> bool:
        """Keep the snapshot together with what arrived meanwhile, if the token still holds."""
        rebuild = self._rebuilds.get(owner)
        if rebuild is None or rebuild.token != token:
            return False
        timeline = rebuild.meanwhile
        timeline.pulled = snapshot.pulled
        timeline.raise_floor(snapshot.floor)
        for entry in snapshot.entries:
            timeline.add(entry)
        self._rebuilds.drop(owner)
        self._finished.put(owner, timeline, self._lifetime)
        return True

    def end_rebuild(self, owner: UserId) -> None:
        """Give up a rebuild under way: its token holds no longer."""
        self._rebuilds.drop(owner)

    def drop(self, owner: UserId) -> None:
        """Forget a timeline, and a rebuild under way."""
        self._rebuilds.drop(owner)
        self._finished.drop(owner)
