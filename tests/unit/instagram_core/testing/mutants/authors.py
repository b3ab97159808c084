"""Wrong lists of authors' recent posts."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry, RebuildToken, TimelineWindow
from instagram_core.kernel.paging import Position
from instagram_core.memory.feed import InMemoryAuthorTimeline
from instagram_core.testing.contracts.feed import AuthorTimelineContract
from tests.unit.instagram_core.testing.mutants.harness import Around, Mutants


def _right(case: Any) -> InMemoryAuthorTimeline:
    return InMemoryAuthorTimeline(case.clock, cap=case.cap, filling_seconds=case.filling_seconds)


authors = Mutants(AuthorTimelineContract, right=_right)


@authors.caught_by("test_adding_makes_no_list")
class AuthorsMakeListsOfOne(Around):
    """Begins a list with the first post it hears of."""

    async def add(self, entry: FeedEntry) -> None:
        if not await self.right.recent([entry.author_id], None, 1):
            token = await self.right.begin(entry.author_id)
            await self.right.fill(entry.author_id, token, [], None)
        await self.right.add(entry)


@authors.caught_by("test_an_author_without_a_list_is_absent")
class AuthorsGiveEmptyLists(Around):
    """Takes absent for empty."""

    async def recent(
        self, authors: Iterable[UserId], after: Position | None, limit: int
    ) -> Mapping[UserId, TimelineWindow]:
        asked = list(authors)
        found = await self.right.recent(asked, after, limit)
        return {a: found.get(a, TimelineWindow(entries=(), floor=None)) for a in asked}


class _Read(Around):
    """Changes what is read."""

    async def recent(
        self, authors: Iterable[UserId], after: Position | None, limit: int
    ) -> Mapping[UserId, TimelineWindow]:
        found = await self.right.recent(authors, None, 1000)
        return {
            author: attrs.evolve(window, entries=self.part(window.entries, after, limit))
            for author, window in found.items()
        }

    def part(
        self, entries: Sequence[FeedEntry], after: Position | None, limit: int
    ) -> tuple[FeedEntry, ...]:
        raise NotImplementedError


@authors.caught_by("test_posts_come_newest_first")
class AuthorsLoseOrder(_Read):
    """Gives the oldest first."""

    def part(
        self, entries: Sequence[FeedEntry], after: Position | None, limit: int
    ) -> tuple[FeedEntry, ...]:
        older = [e for e in entries if after is None or e.position < after]
        return tuple(older[:limit][::-1])


@authors.caught_by("test_windows_join_without_gap_or_repeat")
class AuthorsHaveInclusiveCursors(_Read):
    """Gives the post at `after` again."""

    def part(
        self, entries: Sequence[FeedEntry], after: Position | None, limit: int
    ) -> tuple[FeedEntry, ...]:
        return tuple([e for e in entries if after is None or e.position <= after][:limit])


@authors.caught_by("test_over_the_cap_the_floor_rises")
class AuthorsForgetWhatTheyDropped(Around):
    """Says that the list reaches back to the first post."""

    async def recent(
        self, authors: Iterable[UserId], after: Position | None, limit: int
    ) -> Mapping[UserId, TimelineWindow]:
        found = await self.right.recent(authors, after, limit)
        return {a: attrs.evolve(window, floor=None) for a, window in found.items()}


@authors.caught_by("test_filling_keeps_what_is_added_meanwhile")
class AuthorsLosePostsOfAFilling(Around):
    """Takes nothing until the list is filled."""

    async def add(self, entry: FeedEntry) -> None:
        if await self.right.recent([entry.author_id], None, 1):
            await self.right.add(entry)


@authors.caught_by("test_a_removal_ends_a_filling")
class AuthorsFillWithRemovedPosts(Around):
    """Stores what was read before a post was removed."""

    async def remove(self, entry: FeedEntry) -> None:
        if await self.right.recent([entry.author_id], None, 1):
            await self.right.remove(entry)


@authors.caught_by("test_one_filling_at_a_time")
class AuthorsLetEverybodyFill(Around):
    """Gives a token to whoever asks."""

    async def begin(self, author: UserId) -> RebuildToken | None:
        token: RebuildToken | None = await self.right.begin(author)
        return token or RebuildToken("another")


@authors.caught_by("test_an_abandoned_filling_ends")
class AuthorsWaitForTheDead(Around):
    """Never gives a filling up."""

    def __init__(self, right: InMemoryAuthorTimeline) -> None:
        super().__init__(right)
        right._lists._rebuild_lifetime = 1e9


@authors.caught_by("test_removing_what_was_cut_off_leaves_the_floor")
class AuthorsRemoveTheirFloor(Around):
    """Takes the place where it cut for a post like others."""

    async def remove(self, entry: FeedEntry) -> None:
        listed = self.right._lists.finished(entry.author_id)
        if listed is not None and listed._floor == entry.position:
            listed._floor = None
        await self.right.remove(entry)


@authors.caught_by("test_authors_are_apart")
class AuthorsShareTheLimit(Around):
    """Counts the limit over all authors together."""

    async def recent(
        self, authors: Iterable[UserId], after: Position | None, limit: int
    ) -> Mapping[UserId, TimelineWindow]:
        left, found = limit, {}
        for author, window in (await self.right.recent(authors, after, limit)).items():
            found[author] = attrs.evolve(window, entries=window.entries[:left])
            left = max(0, left - len(window.entries))
        return found


@authors.caught_by("test_a_removed_post_is_gone")
class AuthorsKeepRemovedPosts(Around):
    """Removes nothing."""

    async def remove(self, entry: FeedEntry) -> None:
        await self.right.recent([entry.author_id], None, 1)
