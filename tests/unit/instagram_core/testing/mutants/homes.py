"""Wrong truths of home feeds."""

from collections import Counter
from collections.abc import Iterable, Mapping

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import Delivery, FeedEntry, HomeSnapshot
from instagram_core.graph.model import PersonalList
from instagram_core.kernel.paging import Page, Position
from instagram_core.testing.contracts.feed import FollowedPostsContract
from tests.unit.instagram_core.testing.mutants.harness import Around, Mutants, cut

homes = Mutants(FollowedPostsContract, "followed_posts")


class _Home(Around):
    """Puts a home together its own way."""

    async def entries(self, authors: set[UserId]) -> list[tuple[Position, FeedEntry]]:
        async with self.tables() as tables:
            posts = [r.post for r in tables.posts.values() if r.post.author_id in authors]
        found = [
            (post.position, FeedEntry(position=post.position, author_id=post.author_id))
            for post in posts
            if post.position is not None
        ]
        return sorted(found, key=lambda row: row[0], reverse=True)

    async def home(self, reader: UserId) -> list[tuple[Position, FeedEntry]]:
        page: Page[FeedEntry] = await self.right.page(reader, None, 1000)
        return [(entry.position, entry) for entry in page.items]


@homes.caught_by("test_home_is_oneself_and_whom_one_follows")
class HomeForgetsOneself(_Home):
    """Leaves out one's own posts."""

    async def page(self, reader: UserId, after: Position | None, limit: int) -> Page[FeedEntry]:
        rows = [row for row in await self.home(reader) if row[1].author_id != reader]
        return cut(rows, after, limit, inclusive=False)


@homes.caught_by("test_home_is_oneself_and_whom_one_follows")
class HomeShowsEverybody(_Home):
    """Asks nobody whom one follows."""

    async def page(self, reader: UserId, after: Position | None, limit: int) -> Page[FeedEntry]:
        async with self.tables() as tables:
            people = set(tables.accounts)
        return cut(await self.entries(people), after, limit, inclusive=False)


@homes.caught_by("test_home_is_in_order_whatever_the_source")
class HomeGoesAuthorByAuthor(_Home):
    """Does not merge."""

    async def page(self, reader: UserId, after: Position | None, limit: int) -> Page[FeedEntry]:
        rows = sorted(await self.home(reader), key=lambda row: row[1].author_id, reverse=True)
        return cut(rows, after, limit, inclusive=False)


@homes.caught_by("test_home_is_in_order_whatever_the_source")
class HomeHasInclusiveCursor(_Home):
    """Repeats the last post of a page."""

    async def page(self, reader: UserId, after: Position | None, limit: int) -> Page[FeedEntry]:
        return cut(await self.home(reader), after, limit, inclusive=True)


@homes.caught_by("test_home_is_in_order_whatever_the_source")
class HomeSkipsTies(_Home):
    """Compares times alone."""

    async def page(self, reader: UserId, after: Position | None, limit: int) -> Page[FeedEntry]:
        rows = [r for r in await self.home(reader) if after is None or r[0].at < after.at]
        return cut(rows, None, limit, inclusive=False)


@homes.caught_by("test_the_muted_are_left_out")
class HomeShowsTheMuted(_Home):
    """Knows nothing of mutes."""

    async def page(self, reader: UserId, after: Position | None, limit: int) -> Page[FeedEntry]:
        async with self.tables() as tables:
            muted = [row for row in tables.lists if row[0] is PersonalList.MUTES]
            kept = {row: tables.lists.pop(row) for row in muted}
        page: Page[FeedEntry] = await self.right.page(reader, after, limit)
        async with self.tables() as tables:
            tables.lists.update(kept)
        return page


@homes.caught_by("test_a_close_friend_is_not_muted")
class HomeHidesCloseFriends(_Home):
    """Takes every list for the mutes."""

    async def page(self, reader: UserId, after: Position | None, limit: int) -> Page[FeedEntry]:
        async with self.tables() as tables:
            listed = {row[2] for row in tables.lists if row[1] == reader}
        rows = [row for row in await self.home(reader) if row[1].author_id not in listed]
        return cut(rows, after, limit, inclusive=False)


@homes.caught_by("test_who_is_not_active_is_left_out")
class HomeShortensPages(_Home):
    """Leaves people out after cutting the page."""

    async def page(self, reader: UserId, after: Position | None, limit: int) -> Page[FeedEntry]:
        async with self.tables() as tables:
            authors = {followee for follower, followee in tables.follows if follower == reader}
        page = cut(await self.entries({reader, *authors}), after, limit, inclusive=False)
        shown = {entry for _, entry in await self.home(reader)}
        return Page(tuple(entry for entry in page.items if entry in shown), page.next)


@homes.caught_by("test_following_brings_all_and_unfollowing_takes_all")
class HomeBeginsWithTheFollow(_Home):
    """Shows only what was posted after one followed."""

    async def page(self, reader: UserId, after: Position | None, limit: int) -> Page[FeedEntry]:
        async with self.tables() as tables:
            since = {b: at for (a, b), at in tables.follows.items() if a == reader}
        rows = [r for r in await self.home(reader) if r[0].at > since.get(r[1].author_id, 0) + 9]
        return cut(rows, after, limit, inclusive=False)


@homes.caught_by("test_a_snapshot_is_the_beginning_of_home")
class SnapshotEndsWithoutFloor(Around):
    """Takes the newest for all there is."""

    async def snapshot(self, reader: UserId, limit: int) -> HomeSnapshot:
        snapshot: HomeSnapshot = await self.right.snapshot(reader, limit)
        return attrs.evolve(snapshot, floor=None)


@homes.caught_by("test_a_snapshot_is_the_beginning_of_home")
class SnapshotReadsFewOfEach(Around):
    """Stops after a few posts of one author, though others are older."""

    async def snapshot(self, reader: UserId, limit: int) -> HomeSnapshot:
        snapshot: HomeSnapshot = await self.right.snapshot(reader, limit)
        counts = Counter[UserId]()
        few = []
        for entry in snapshot.entries:
            counts[entry.author_id] += 1
            if counts[entry.author_id] <= 4:
                few.append(entry)
        return attrs.evolve(snapshot, entries=tuple(few))


@homes.caught_by("test_a_snapshot_holds_whom_home_holds")
class SnapshotForgetsTheSuspended(_Home):
    """Holds what is shown now: who returns is missing from it."""

    async def snapshot(self, reader: UserId, limit: int) -> HomeSnapshot:
        page = await self.right.page(reader, None, limit)
        return HomeSnapshot(entries=page.items, floor=page.next)


@homes.caught_by("test_a_snapshot_names_who_is_not_pushed")
class SnapshotNamesTheArrivedOnly(Around):
    """Forgets those on the way: they arrive, and nobody looks for their posts."""

    async def snapshot(self, reader: UserId, limit: int) -> HomeSnapshot:
        snapshot: HomeSnapshot = await self.right.snapshot(reader, limit)
        async with self.tables() as tables:
            arrived = tuple(
                author
                for author in snapshot.pulled
                if tables.deliveries[author].delivery is Delivery.PULL
            )
        return attrs.evolve(snapshot, pulled=arrived)


@homes.caught_by("test_each_author_is_read_apart")
class HomeCutsAuthorsTogether(Around):
    """Gives so many posts in all."""

    async def of_authors(
        self, authors: Iterable[UserId], limit: int
    ) -> Mapping[UserId, Page[FeedEntry]]:
        found = dict(await self.right.of_authors(authors, limit))
        left = limit
        for author, page in found.items():
            found[author] = Page(page.items[:left], page.next)
            left -= len(found[author].items)
        return found


@homes.caught_by("test_each_author_is_read_apart")
class HomeLeavesTheQuietOut(Around):
    """Has nothing to say of whoever has no posts."""

    async def of_authors(
        self, authors: Iterable[UserId], limit: int
    ) -> Mapping[UserId, Page[FeedEntry]]:
        found = await self.right.of_authors(authors, limit)
        return {author: page for author, page in found.items() if page.items}
