"""The contract of authors' recent posts: the pull half of feeds."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import ClassVar

from hypothesis import strategies as st

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry, RebuildToken, TimelineWindow
from instagram_core.feed.ports import AuthorTimeline
from instagram_core.kernel.paging import Position
from instagram_core.memory.feed import InMemoryAuthorTimeline
from instagram_core.testing.capabilities import requires
from instagram_core.testing.factories import entry
from instagram_core.testing.machine import Machine, StatefulContract, move

CAP = 6
FILLING_SECONDS = 30.0


class AuthorMachine(Machine[AuthorTimeline]):
    """Two authors with four posts each, in pairs of one time, and fillings that cross with both."""

    pauses = st.sampled_from([1, FILLING_SECONDS + 1])
    author: ClassVar[st.SearchStrategy[int]] = st.integers(0, 1)
    post: ClassVar[st.SearchStrategy[int]] = st.integers(0, 3)

    async def prepare(self) -> None:
        """Have begun nothing."""
        self.tokens: dict[int, RebuildToken] = {}

    def _author(self, number: int) -> UserId:
        return UserId(self.world.id("author", number))

    def _entry(self, author: int, post: int) -> FeedEntry:
        identity = self.world.id("post", author, post)
        return entry(1000 + post // 2, identity, self._author(author))

    @move(author=author, post=post)
    async def add(self, author: int, post: int) -> None:
        """Add a post."""
        await self.subject.add(self._entry(author, post))

    @move(author=author, post=post)
    async def remove(self, author: int, post: int) -> None:
        """Remove a post."""
        await self.subject.remove(self._entry(author, post))

    @move(2, author=author)
    async def begin(self, author: int) -> object:
        """Start to fill a list."""
        token = await self.subject.begin(self._author(author))
        if token is not None:
            self.tokens[author] = token
        return token is not None

    @move(3, author=author, found=st.sets(post), floor=st.none() | post)
    async def fill(self, author: int, found: set[int], floor: int | None) -> object:
        """Fill a list that was begun, complete above one of its posts or to the very first."""
        if author not in self.tokens:
            return None
        bottom = None if floor is None else self._entry(author, floor).position
        entries = [self._entry(author, number) for number in sorted(found, reverse=True)]
        entries = [entry for entry in entries if bottom is None or entry.position > bottom]
        token = self.tokens[author]
        return await self.subject.fill(self._author(author), token, entries, bottom)

    @move(after=st.none() | post, limit=st.integers(1, 4))
    async def recent(self, after: int | None, limit: int) -> object:
        """Read both authors."""
        position = None if after is None else self._entry(0, after).position
        authors = [self._author(0), self._author(1)]
        return dict(await self.subject.recent(authors, position, limit))


class AuthorTimelineContract(StatefulContract[AuthorTimeline]):
    """What every `AuthorTimeline` does.

    `open()` gives one that keeps `cap` entries an author and gives a filling up after
    `filling_seconds`.
    """

    machine = AuthorMachine
    cap: ClassVar[int] = CAP
    filling_seconds: ClassVar[float] = FILLING_SECONDS

    @asynccontextmanager
    async def reference(self) -> AsyncIterator[AuthorTimeline]:
        """Give the in-memory one."""
        yield InMemoryAuthorTimeline(self.clock, cap=self.cap, filling_seconds=self.filling_seconds)

    async def touch(self, subject: AuthorTimeline) -> object:
        """Read what is not there."""
        return await subject.recent([self.author()], None, 1)

    def author(self) -> UserId:
        """Give somebody new."""
        return UserId(self.ids.new())

    def entries(self, author: UserId, count: int) -> list[FeedEntry]:
        """Give posts of one author at rising positions, two of each time."""
        return [entry(1000 + number // 2, self.ids.new(), author) for number in range(count)]

    async def fill(
        self,
        store: AuthorTimeline,
        author: UserId,
        entries: Sequence[FeedEntry] = (),
        floor: Position | None = None,
    ) -> None:
        """Fill an author's list."""
        token = await store.begin(author)
        assert token is not None
        assert await store.fill(author, token, entries, floor)

    async def all_of(self, store: AuthorTimeline, author: UserId) -> list[FeedEntry]:
        """Give an author's whole list."""
        found = await store.recent([author], None, self.cap + 10)
        return list(found[author].entries)

    async def test_an_author_without_a_list_is_absent(self, store: AuthorTimeline) -> None:
        """Absent is not empty: the truth must be asked."""
        filled, absent = self.author(), self.author()
        await self.fill(store, filled, [])
        found = await store.recent([filled, absent], None, 5)
        assert {filled: TimelineWindow(entries=(), floor=None)} == dict(found)

    async def test_adding_makes_no_list(self, store: AuthorTimeline) -> None:
        """A list of one post would look complete, and is not."""
        author = self.author()
        await store.add(self.entries(author, 1)[0])
        assert dict(await store.recent([author], None, 5)) == {}

    async def test_posts_come_newest_first(self, store: AuthorTimeline) -> None:
        """By time, then by id, whatever the order of arrival."""
        author = self.author()
        entries = self.entries(author, 5)
        await self.fill(store, author, [entries[3], entries[0]])
        for number in (1, 4, 2):
            await store.add(entries[number])
        assert list(reversed(entries)) == await self.all_of(store, author)

    async def test_adding_again_changes_nothing(self, store: AuthorTimeline) -> None:
        """A redelivered job leaves one entry."""
        author = self.author()
        (post,) = self.entries(author, 1)
        await self.fill(store, author, [post])
        await store.add(post)
        await store.add(post)
        assert [post] == await self.all_of(store, author)

    async def test_a_removed_post_is_gone(self, store: AuthorTimeline) -> None:
        """Removing it again, or where no list is, changes nothing."""
        author = self.author()
        first, second = self.entries(author, 2)
        await store.remove(first)
        await self.fill(store, author, [second, first])
        await store.remove(second)
        await store.remove(second)
        assert [first] == await self.all_of(store, author)

    async def test_filling_keeps_what_is_added_meanwhile(self, store: AuthorTimeline) -> None:
        """A post published while the truth was read is there, once, although no list was."""
        author = self.author()
        entries = self.entries(author, 4)
        token = await store.begin(author)
        assert token is not None
        assert dict(await store.recent([author], None, 5)) == {}, "not filled yet"
        await store.add(entries[3])
        await store.add(entries[1])
        assert await store.fill(author, token, entries[:3], None)
        assert list(reversed(entries)) == await self.all_of(store, author)

    async def test_a_removal_ends_a_filling(self, store: AuthorTimeline) -> None:
        """What was read may hold the post: nothing of it is stored, and the next may begin."""
        author = self.author()
        entries = self.entries(author, 2)
        token = await store.begin(author)
        assert token is not None
        await store.remove(entries[0])
        assert not await store.fill(author, token, entries, None)
        assert dict(await store.recent([author], None, 5)) == {}
        await self.fill(store, author, entries[1:])
        assert [entries[1]] == await self.all_of(store, author)

    async def test_one_filling_at_a_time(self, store: AuthorTimeline) -> None:
        """Of many who begin at once one gets the token; a list that is there may be filled anew."""
        author = self.author()
        tokens = await asyncio.gather(*(store.begin(author) for _ in range(10)))
        (token,) = [token for token in tokens if token is not None]
        assert await store.fill(author, token, self.entries(author, 1), None)
        assert not await store.fill(author, token, [], None), "a token is good for once"
        await self.fill(store, author, self.entries(author, 2))
        assert len(await self.all_of(store, author)) == 2

    @requires("clock")
    async def test_an_abandoned_filling_ends(self, store: AuthorTimeline) -> None:
        """Whoever died while filling blocks the author for a while only."""
        author = self.author()
        token = await store.begin(author)
        assert token is not None
        await self.elapse(self.filling_seconds + 1)
        assert not await store.fill(author, token, [], None)
        await self.fill(store, author)

    @requires("reopen")
    async def test_processes_share_lists(self, store: AuthorTimeline) -> None:
        """What one adds, another pulls."""
        author = self.author()
        (post,) = self.entries(author, 1)
        async with self.reopen() as other:
            await self.fill(store, author)
            await other.add(post)
            assert [post] == await self.all_of(store, author)

    async def test_windows_join_without_gap_or_repeat(self, store: AuthorTimeline) -> None:
        """`after` is exclusive, also between posts of one time."""
        author = self.author()
        entries = self.entries(author, 5)
        await self.fill(store, author, entries)
        found: list[FeedEntry] = []
        after: Position | None = None
        for _ in range(3):
            window = (await store.recent([author], after, 2))[author]
            found.extend(window.entries)
            after = found[-1].position
        assert list(reversed(entries)) == found

    async def test_the_floor_is_told(self, store: AuthorTimeline) -> None:
        """Below it the truth must be asked."""
        author = self.author()
        entries = self.entries(author, 3)
        floor = entries[0].position
        await self.fill(store, author, entries[1:], floor)
        assert (await store.recent([author], None, 1))[author].floor == floor

    async def test_over_the_cap_the_floor_rises(self, store: AuthorTimeline) -> None:
        """The oldest go, and are known to be gone."""
        author = self.author()
        entries = self.entries(author, self.cap + 2)
        await self.fill(store, author, [])
        for post in entries:
            await store.add(post)
        window = (await store.recent([author], None, self.cap + 10))[author]
        assert list(reversed(entries[2:])) == list(window.entries)
        assert entries[1].position == window.floor

    async def test_removing_what_was_cut_off_leaves_the_floor(self, store: AuthorTimeline) -> None:
        """The list is still complete above where it was cut."""
        author = self.author()
        entries = self.entries(author, self.cap + 2)
        await self.fill(store, author)
        for post in entries:
            await store.add(post)
        for post in entries[:2]:
            await store.remove(post)
        window = (await store.recent([author], None, self.cap + 10))[author]
        assert list(reversed(entries[2:])) == list(window.entries)
        assert entries[1].position == window.floor

    async def test_authors_are_apart(self, store: AuthorTimeline) -> None:
        """Each has their own posts, limit and floor, read together."""
        first, second = self.author(), self.author()
        mine, theirs = self.entries(first, 3), self.entries(second, 1)
        await self.fill(store, first, mine)
        await self.fill(store, second, theirs)
        found = await store.recent([first, second], None, 2)
        assert (mine[2], mine[1]) == found[first].entries
        assert (theirs[0],) == found[second].entries

    async def test_concurrent_additions_all_arrive(self, store: AuthorTimeline) -> None:
        """Each of many posts is there, once."""
        author = self.author()
        entries = self.entries(author, self.cap)
        await self.fill(store, author, [])
        await asyncio.gather(*(store.add(post) for post in entries for _ in range(3)))
        assert list(reversed(entries)) == await self.all_of(store, author)
