"""The contract of timelines: windows over a capped list that is complete above its floor."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import ClassVar

from hypothesis import strategies as st

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry, HomeSnapshot, RebuildToken, TimelineWindow
from instagram_core.feed.ports import TimelineStore
from instagram_core.kernel.paging import Position
from instagram_core.memory.feed import InMemoryTimelineStore
from instagram_core.testing.capabilities import requires
from instagram_core.testing.factories import entry
from instagram_core.testing.machine import Machine, StatefulContract, move

CAP = 6
REBUILD_SECONDS = 30.0


def snapshot(
    entries: Sequence[FeedEntry] = (),
    floor: Position | None = None,
    pulled: Sequence[UserId] = (),
) -> HomeSnapshot:
    """Give a home feed as it is read from the truth."""
    return HomeSnapshot(entries=tuple(entries), floor=floor, pulled=tuple(pulled))


class TimelineMachine(Machine[TimelineStore]):
    """Three readers, eight posts of close times, and rebuilds that cross with pushes."""

    pauses = st.sampled_from([1, REBUILD_SECONDS + 1])
    reader: ClassVar[st.SearchStrategy[int]] = st.integers(0, 2)
    post: ClassVar[st.SearchStrategy[int]] = st.integers(0, 7)

    async def prepare(self) -> None:
        """Lay out posts, two of each time, so that ids decide."""
        author = UserId(self.world.id("author"))
        self.posts = [entry(1000 + n // 2, self.world.id("post", n), author) for n in range(8)]
        self.tokens: dict[int, RebuildToken] = {}

    def _reader(self, number: int) -> UserId:
        return UserId(self.world.id("reader", number))

    @move(4, post=post, readers=st.sets(reader, min_size=1))
    async def push(self, post: int, readers: set[int]) -> object:
        """Push one post; how many take a repeat is not promised."""
        ids = [self._reader(number) for number in sorted(readers)]
        await self.subject.push(self.posts[post], ids)
        return None

    @move(2, reader=reader)
    async def begin(self, reader: int) -> object:
        """Start a rebuild."""
        token = await self.subject.begin(self._reader(reader))
        if token is not None:
            self.tokens[reader] = token
        return token is not None

    @move(
        3,
        reader=reader,
        found=st.sets(post),
        floor=st.none() | post,
        pulled=st.lists(st.integers(0, 2), unique=True),
    )
    async def finish(
        self, reader: int, found: set[int], floor: int | None, pulled: list[int]
    ) -> object:
        """Finish the reader's last rebuild, or try to."""
        if reader not in self.tokens:
            return None
        bottom = None if floor is None else self.posts[floor].position
        posts = [self.posts[number] for number in sorted(found, reverse=True)]
        posts = [post for post in posts if bottom is None or post.position > bottom]
        stars = [UserId(self.world.id("star", number)) for number in pulled]
        home = snapshot(posts, bottom, stars)
        return await self.subject.finish(self._reader(reader), self.tokens[reader], home)

    @move(readers=st.sets(reader, min_size=1))
    async def drop(self, readers: set[int]) -> None:
        """Forget timelines."""
        await self.subject.drop([self._reader(number) for number in sorted(readers)])

    @move(reader=reader, after=st.none() | post, limit=st.integers(1, 5))
    async def window(self, reader: int, after: int | None, limit: int) -> object:
        """Read a part."""
        position = None if after is None else self.posts[after].position
        return await self.subject.window(self._reader(reader), position, limit)

    @move()
    async def windows(self) -> object:
        """Read all of every timeline."""
        return [await self.window(reader, None, 10) for reader in range(3)]


class TimelineStoreContract(StatefulContract[TimelineStore]):
    """What every `TimelineStore` does.

    `open()` gives a store that keeps `cap` entries a reader and gives a rebuild up after
    `rebuild_seconds`.
    """

    machine = TimelineMachine
    cap: ClassVar[int] = CAP
    rebuild_seconds: ClassVar[float] = REBUILD_SECONDS

    @asynccontextmanager
    async def reference(self) -> AsyncIterator[TimelineStore]:
        """Give the in-memory store."""
        yield InMemoryTimelineStore(
            clock=self.clock, cap=self.cap, rebuild_seconds=self.rebuild_seconds
        )

    async def touch(self, subject: TimelineStore) -> object:
        """Read what is not there."""
        return await subject.window(self.reader(), None, 1)

    def reader(self) -> UserId:
        """Give somebody new."""
        return UserId(self.ids.new())

    def entries(self, count: int, start: int = 1000) -> list[FeedEntry]:
        """Give entries of rising positions, two of each time."""
        author = self.reader()
        return [entry(start + number // 2, self.ids.new(), author) for number in range(count)]

    async def build(
        self,
        store: TimelineStore,
        reader: UserId,
        entries: Sequence[FeedEntry] = (),
        floor: Position | None = None,
        pulled: Sequence[UserId] = (),
    ) -> None:
        """Rebuild a reader's timeline from a snapshot."""
        token = await store.begin(reader)
        assert token is not None
        assert await store.finish(reader, token, snapshot(entries, floor, pulled))

    async def all_of(self, store: TimelineStore, reader: UserId) -> list[FeedEntry]:
        """Give a reader's whole timeline."""
        window = await store.window(reader, None, self.cap + 10)
        assert window is not None
        return list(window.entries)

    async def test_an_absent_timeline_is_none(self, store: TimelineStore) -> None:
        """None is not an empty timeline: the reader must be served from the truth."""
        reader = self.reader()
        assert await store.window(reader, None, 5) is None
        await self.build(store, reader)
        assert await store.window(reader, None, 5) == TimelineWindow(entries=(), floor=None)

    async def test_entries_come_newest_first(self, store: TimelineStore) -> None:
        """By time, then by id, whatever the order of arrival."""
        reader, entries = self.reader(), self.entries(5)
        await self.build(store, reader, [entries[3], entries[0]])
        for number in (1, 4, 2):
            await store.push(entries[number], [reader])
        assert list(reversed(entries)) == await self.all_of(store, reader)

    async def test_windows_join_without_gap_or_repeat(self, store: TimelineStore) -> None:
        """`after` is exclusive, also between entries of one time."""
        reader, entries = self.reader(), self.entries(5)
        await self.build(store, reader, entries)
        found: list[FeedEntry] = []
        after: Position | None = None
        for size in (2, 2, 1):
            window = await store.window(reader, after, 2)
            assert window is not None
            assert size == len(window.entries)
            found.extend(window.entries)
            after = found[-1].position
        assert list(reversed(entries)) == found

    async def test_absent_readers_are_not_pushed_to(self, store: TimelineStore) -> None:
        """Only those with a timeline take the entry, and are counted."""
        here, absent = self.reader(), self.reader()
        await self.build(store, here)
        (post,) = self.entries(1)
        assert await store.push(post, [absent, here]) == 1
        assert await store.window(absent, None, 5) is None
        assert await store.push(post, [absent]) == 0

    async def test_pushing_again_changes_nothing(self, store: TimelineStore) -> None:
        """A redelivered job leaves one entry."""
        reader, (post,) = self.reader(), self.entries(1)
        await self.build(store, reader)
        for _ in range(3):
            await store.push(post, [reader])
        assert [post] == await self.all_of(store, reader)

    async def test_readers_are_apart(self, store: TimelineStore) -> None:
        """A push or a drop for one changes nothing for another."""
        first, second = self.reader(), self.reader()
        mine, theirs = self.entries(2)
        await self.build(store, first, [mine])
        await self.build(store, second)
        await store.push(theirs, [second])
        assert [mine] == await self.all_of(store, first)
        await store.drop([first])
        assert [theirs] == await self.all_of(store, second)

    async def test_below_the_floor_nothing_is_taken(self, store: TimelineStore) -> None:
        """An imported old post comes from the truth; one above the floor takes its place."""
        reader, entries = self.reader(), self.entries(4)
        await self.build(store, reader, [entries[3]], floor=entries[1].position)
        counts = [await store.push(entries[number], [reader]) for number in (0, 1, 2)]
        assert counts == [0, 0, 1]
        window = await store.window(reader, None, 5)
        expected = TimelineWindow(entries=(entries[3], entries[2]), floor=entries[1].position)
        assert expected == window

    async def test_over_the_cap_the_floor_rises(self, store: TimelineStore) -> None:
        """The oldest go, and the window tells from where the truth must be asked."""
        reader, entries = self.reader(), self.entries(self.cap + 3)
        await self.build(store, reader)
        for post in entries:
            await store.push(post, [reader])
        window = await store.window(reader, None, self.cap + 10)
        assert window is not None
        assert window.floor is not None, "what was dropped must come from the truth"
        assert list(reversed(entries[-self.cap :])) == list(window.entries)
        assert entries[-self.cap - 1].position == window.floor

    async def test_a_snapshot_over_the_cap_is_cut(self, store: TimelineStore) -> None:
        """The floor is what was cut off, not what the snapshot said."""
        reader, entries = self.reader(), self.entries(self.cap + 2)
        await self.build(store, reader, list(reversed(entries)))
        window = await store.window(reader, None, self.cap + 10)
        assert window is not None
        assert list(reversed(entries[2:])) == list(window.entries)
        assert entries[1].position == window.floor

    async def test_the_floor_is_the_same_in_every_window(self, store: TimelineStore) -> None:
        """It is the timeline's, not the window's."""
        reader, entries = self.reader(), self.entries(4)
        floor = entries[0].position
        await self.build(store, reader, entries[1:], floor=floor)
        first = await store.window(reader, None, 1)
        last = await store.window(reader, floor, 5)
        assert TimelineWindow(entries=(entries[3],), floor=floor) == first
        assert TimelineWindow(entries=(), floor=floor) == last

    async def test_a_rebuild_keeps_what_is_pushed_meanwhile(self, store: TimelineStore) -> None:
        """A post published between snapshot and end is there, once."""
        reader, entries = self.reader(), self.entries(4)
        token = await store.begin(reader)
        assert token is not None
        assert await store.window(reader, None, 5) is None, "not finished yet"
        assert await store.push(entries[3], [reader]) == 1
        await store.push(entries[1], [reader])
        assert await store.finish(reader, token, snapshot(entries[:3]))
        assert list(reversed(entries)) == await self.all_of(store, reader)

    async def test_a_rebuild_keeps_no_more_than_the_cap(self, store: TimelineStore) -> None:
        """Of what is pushed meanwhile the oldest go, and the floor is where they went."""
        reader, entries = self.reader(), self.entries(self.cap + 3)
        token = await store.begin(reader)
        assert token is not None
        for post in entries:
            assert await store.push(post, [reader]) == 1
        for post in entries[:3]:
            assert await store.push(post, [reader]) == 0, "it is below the floor"
        assert await store.finish(reader, token, snapshot(entries[:1]))
        window = await store.window(reader, None, self.cap + 10)
        assert window is not None
        assert list(reversed(entries[3:])) == list(window.entries)
        assert entries[2].position == window.floor

    async def test_who_is_pulled_comes_back(self, store: TimelineStore) -> None:
        """In the order of the snapshot, in every window: also an empty one, and below the floor."""
        reader, entries = self.reader(), self.entries(3)
        stars = [self.reader() for _ in range(40)]
        await self.build(store, reader, entries[1:], entries[0].position, stars)
        for after, limit in ((None, 5), (None, 1), (entries[0].position, 5)):
            window = await store.window(reader, after, limit)
            assert window is not None
            assert tuple(stars) == window.pulled

    async def test_who_is_pulled_survives_what_is_pushed(self, store: TimelineStore) -> None:
        """And what is trimmed for it."""
        reader, stars = self.reader(), [self.reader(), self.reader()]
        await self.build(store, reader, pulled=stars)
        for post in self.entries(self.cap + 3):
            await store.push(post, [reader])
        window = await store.window(reader, None, 1)
        assert window is not None
        assert tuple(stars) == window.pulled

    async def test_who_is_pulled_is_of_the_last_rebuild(self, store: TimelineStore) -> None:
        """Each snapshot says it anew; of another reader's nothing is told."""
        reader, other = self.reader(), self.reader()
        before, after = self.reader(), self.reader()
        await self.build(store, other, pulled=[before])
        for pulled in ([before], [after], []):
            await self.build(store, reader, pulled=pulled)
            window = await store.window(reader, None, 1)
            assert window is not None
            assert tuple(pulled) == window.pulled
            await store.drop([reader])

    async def test_one_rebuild_at_a_time(self, store: TimelineStore) -> None:
        """Of many who begin at once one gets the token; after the end another may."""
        reader = self.reader()
        tokens = await asyncio.gather(*(store.begin(reader) for _ in range(10)))
        (token,) = [token for token in tokens if token is not None]
        assert await store.begin(reader) is None
        assert await store.finish(reader, token, snapshot())
        assert await store.begin(reader) is not None

    async def test_a_drop_ends_a_rebuild(self, store: TimelineStore) -> None:
        """Its snapshot may hold what the drop was about: nothing of it is stored."""
        reader, entries = self.reader(), self.entries(1)
        token = await store.begin(reader)
        assert token is not None
        await store.drop([reader])
        assert not await store.finish(reader, token, snapshot(entries))
        assert await store.window(reader, None, 5) is None
        again = await store.begin(reader)
        assert again is not None
        assert not await store.finish(reader, token, snapshot(entries)), "an old token"
        assert await store.finish(reader, again, snapshot())

    @requires("clock")
    async def test_an_abandoned_rebuild_ends(self, store: TimelineStore) -> None:
        """Whoever died while rebuilding blocks the reader for a while only."""
        reader, entries = self.reader(), self.entries(1)
        token = await store.begin(reader)
        assert token is not None
        await self.elapse(self.rebuild_seconds + 1)
        assert await store.begin(reader) is not None
        assert not await store.finish(reader, token, snapshot(entries))

    @requires("reopen")
    async def test_processes_share_timelines(self, store: TimelineStore) -> None:
        """What one pushes, finishes or drops, another sees."""
        reader, entries = self.reader(), self.entries(2)
        async with self.reopen() as other:
            token = await store.begin(reader)
            assert token is not None
            assert await other.begin(reader) is None
            assert await other.push(entries[1], [reader]) == 1
            assert await other.finish(reader, token, snapshot(entries[:1]))
            assert [entries[1], entries[0]] == await self.all_of(store, reader)
            await other.drop([reader])
            assert await store.window(reader, None, 5) is None

    async def test_dropping_is_idempotent(self, store: TimelineStore) -> None:
        """What is not there may be dropped too."""
        reader, stranger = self.reader(), self.reader()
        await self.build(store, reader, self.entries(2))
        for _ in range(2):
            await store.drop([reader, stranger])
            assert await store.window(reader, None, 5) is None

    async def test_concurrent_pushes_all_arrive(self, store: TimelineStore) -> None:
        """Each of many entries is in each of many timelines, once."""
        readers = [self.reader() for _ in range(5)]
        for reader in readers:
            await self.build(store, reader)
        entries = self.entries(self.cap)
        pushes = [store.push(post, readers) for post in entries for _ in range(3)]
        await asyncio.gather(*pushes)
        for reader in readers:
            assert list(reversed(entries)) == await self.all_of(store, reader)
