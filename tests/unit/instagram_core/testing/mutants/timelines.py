"""Wrong timelines."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry, HomeSnapshot, RebuildToken, TimelineWindow
from instagram_core.kernel.paging import Position
from instagram_core.memory.feed import InMemoryTimelineStore
from instagram_core.testing.contracts.feed import TimelineStoreContract
from tests.unit.instagram_core.testing.mutants.harness import Around, Mutants


def _right(case: Any) -> InMemoryTimelineStore:
    return InMemoryTimelineStore(case.clock, cap=case.cap, rebuild_seconds=case.rebuild_seconds)


timelines = Mutants(TimelineStoreContract, right=_right)


@timelines.caught_by("test_entries_come_newest_first")
class TimelineLosesOrder(Around):
    """Gives the oldest first."""

    async def window(self, *where: Any) -> TimelineWindow | None:
        window: TimelineWindow | None = await self.right.window(*where)
        return window and attrs.evolve(window, entries=window.entries[::-1])


@timelines.caught_by("test_windows_join_without_gap_or_repeat")
class TimelineHasInclusiveCursor(Around):
    """Gives the entry at `after` again."""

    async def window(
        self, reader: UserId, after: Position | None, limit: int
    ) -> TimelineWindow | None:
        window: TimelineWindow | None = await self.right.window(reader, None, 1000)
        if window is None:
            return None
        older = [e for e in window.entries if after is None or e.position <= after]
        return attrs.evolve(window, entries=tuple(older[:limit]))


@timelines.caught_by("test_windows_join_without_gap_or_repeat")
class TimelineSkipsTies(Around):
    """Compares times alone, so entries of one moment fall between two windows."""

    async def window(
        self, reader: UserId, after: Position | None, limit: int
    ) -> TimelineWindow | None:
        window: TimelineWindow | None = await self.right.window(reader, None, 1000)
        if window is None:
            return None
        older = [e for e in window.entries if after is None or e.position.at < after.at]
        return attrs.evolve(window, entries=tuple(older[:limit]))


@timelines.caught_by("test_absent_readers_are_not_pushed_to")
class TimelinePushesToTheAbsent(Around):
    """Makes a timeline of one post that looks complete."""

    async def push(self, entry: FeedEntry, readers: Sequence[UserId]) -> int:
        for reader in readers:
            token = await self.right.begin(reader)
            if await self.right.window(reader, None, 1) is None and token is not None:
                await self.right.finish(reader, token, HomeSnapshot(entries=(), floor=None))
        taken: int = await self.right.push(entry, readers)
        return taken


@timelines.caught_by("test_readers_are_apart")
class TimelineSharesReaders(Around):
    """Keeps one timeline for everybody."""

    everybody = UserId(UUID(int=0))

    async def window(self, _: UserId, *where: Any) -> TimelineWindow | None:
        window: TimelineWindow | None = await self.right.window(self.everybody, *where)
        return window

    async def push(self, entry: FeedEntry, _: Sequence[UserId]) -> int:
        taken: int = await self.right.push(entry, [self.everybody])
        return taken

    async def begin(self, _: UserId) -> RebuildToken | None:
        token: RebuildToken | None = await self.right.begin(self.everybody)
        return token

    async def finish(self, _: UserId, *what: Any) -> bool:
        return bool(await self.right.finish(self.everybody, *what))


@timelines.caught_by("test_over_the_cap_the_floor_rises")
class TimelineForgetsWhatItDropped(Around):
    """Says that it reaches back to the first post."""

    async def window(self, *where: Any) -> TimelineWindow | None:
        window: TimelineWindow | None = await self.right.window(*where)
        return window and attrs.evolve(window, floor=None)


@timelines.caught_by("test_below_the_floor_nothing_is_taken")
class TimelineTakesWhatIsBelowItsFloor(Around):
    """Shows an old post although those beside it are not there."""

    async def finish(self, reader: UserId, token: RebuildToken, snapshot: HomeSnapshot) -> bool:
        endless = attrs.evolve(snapshot, floor=None)
        return bool(await self.right.finish(reader, token, endless))


@timelines.caught_by("test_a_rebuild_keeps_what_is_pushed_meanwhile")
class TimelineLosesPushesOfARebuild(Around):
    """Takes nothing until the rebuild is over."""

    async def push(self, entry: FeedEntry, readers: Sequence[UserId]) -> int:
        there = [r for r in readers if await self.right.window(r, None, 1) is not None]
        taken: int = await self.right.push(entry, there)
        return taken


@timelines.caught_by("test_a_rebuild_keeps_no_more_than_the_cap")
class TimelineForgetsWhatARebuildDropped(Around):
    """Says that it reaches back to the first post, if the snapshot did."""

    def __init__(self, right: InMemoryTimelineStore) -> None:
        super().__init__(right)
        self.floor: Position | None = None

    async def finish(self, reader: UserId, token: RebuildToken, snapshot: HomeSnapshot) -> bool:
        self.floor = snapshot.floor
        return bool(await self.right.finish(reader, token, snapshot))

    async def window(self, *where: Any) -> TimelineWindow | None:
        window: TimelineWindow | None = await self.right.window(*where)
        return window and attrs.evolve(window, floor=self.floor)


@timelines.caught_by("test_a_drop_ends_a_rebuild")
class TimelineFinishesWhatWasDropped(Around):
    """Stores a snapshot from before the drop."""

    async def finish(self, reader: UserId, token: RebuildToken, *what: Any) -> bool:
        if not await self.right.finish(reader, token, *what):
            again = await self.right.begin(reader)
            return bool(again and await self.right.finish(reader, again, *what))
        return True


@timelines.caught_by("test_an_abandoned_rebuild_ends")
class TimelineWaitsForTheDead(Around):
    """Never gives a rebuild up."""

    def __init__(self, right: InMemoryTimelineStore) -> None:
        super().__init__(right)
        right._timelines._rebuild_lifetime = 1e9


@timelines.caught_by("test_one_rebuild_at_a_time")
class TimelineLetsEverybodyRebuild(Around):
    """Gives a token to whoever asks."""

    async def begin(self, reader: UserId) -> RebuildToken | None:
        token: RebuildToken | None = await self.right.begin(reader)
        return token or RebuildToken("another")


@timelines.caught_by("test_pushing_again_changes_nothing")
class TimelineDoubles(Around):
    """Shows a post as often as it was pushed."""

    def __init__(self, right: InMemoryTimelineStore) -> None:
        super().__init__(right)
        self.pushed: list[FeedEntry] = []

    async def push(self, entry: FeedEntry, readers: Sequence[UserId]) -> int:
        self.pushed.append(entry)
        taken: int = await self.right.push(entry, readers)
        return taken

    async def window(self, *where: Any) -> TimelineWindow | None:
        window: TimelineWindow | None = await self.right.window(*where)
        if window is None:
            return None
        entries = [e for e in window.entries for _ in range(max(1, self.pushed.count(e)))]
        return attrs.evolve(window, entries=tuple(entries))


@timelines.caught_by("test_agrees_with_the_reference")
class TimelineForgetsDropsOfManyAtOnce(Around):
    """Drops the first reader only."""

    async def drop(self, readers: Sequence[UserId]) -> None:
        await self.right.drop(list(readers)[:1])


@timelines.caught_by("test_who_is_pulled_comes_back")
class TimelineForgetsWhoIsPulled(Around):
    """Keeps the entries alone."""

    async def finish(self, reader: UserId, token: RebuildToken, snapshot: HomeSnapshot) -> bool:
        return bool(await self.right.finish(reader, token, attrs.evolve(snapshot, pulled=())))


@timelines.caught_by("test_who_is_pulled_comes_back")
class TimelineTellsOfThePulledWithEntriesOnly(Around):
    """Takes a window without entries for one without anything."""

    async def window(self, *where: Any) -> TimelineWindow | None:
        window: TimelineWindow | None = await self.right.window(*where)
        return window and (window if window.entries else attrs.evolve(window, pulled=()))


@timelines.caught_by("test_who_is_pulled_survives_what_is_pushed")
class TimelineTrimsThePulled(Around):
    """Counts who is pulled among the entries, and lets them go first."""

    async def push(self, entry: FeedEntry, readers: Sequence[UserId]) -> int:
        for reader in readers:
            if (timeline := self.right._timelines.finished(reader)) is not None:
                timeline.pulled = timeline.pulled[1:]
        taken: int = await self.right.push(entry, readers)
        return taken


@timelines.caught_by("test_who_is_pulled_is_of_the_last_rebuild")
class TimelineKeepsThePulledOfADrop(Around):
    """Leaves the list of the pulled behind, and takes it for that of the next rebuild."""

    def __init__(self, right: InMemoryTimelineStore) -> None:
        super().__init__(right)
        self.pulled: dict[UserId, tuple[UserId, ...]] = {}

    async def finish(self, reader: UserId, token: RebuildToken, snapshot: HomeSnapshot) -> bool:
        pulled = self.pulled.setdefault(reader, snapshot.pulled)
        return bool(await self.right.finish(reader, token, attrs.evolve(snapshot, pulled=pulled)))
