"""Home feeds while clocks step, processes die in between, and much is hidden."""

import asyncio
from collections.abc import Iterable, Mapping

import pytest

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry, HomeSnapshot
from instagram_core.feed.ports import FollowedPosts
from instagram_core.feed.service import HomeEntries, PulledAuthors, Rebuilds
from instagram_core.kernel.events import Event
from instagram_core.kernel.paging import Page, Position
from instagram_core.kernel.reactions import Reactions
from tests.unit.instagram_core.feed.hybrid import CAP, Heard, Hybrid, new_hybrid


class Asked(FollowedPosts):
    """Remembers of how many authors how much was asked."""

    def __init__(self, followed: FollowedPosts) -> None:
        """Ask `followed`."""
        self._followed = followed
        self.asked: list[tuple[int, int]] = []

    async def page(self, reader: UserId, after: Position | None, limit: int) -> Page[FeedEntry]:
        """Give a page."""
        return await self._followed.page(reader, after, limit)

    async def snapshot(self, reader: UserId, limit: int) -> HomeSnapshot:
        """Give a snapshot."""
        return await self._followed.snapshot(reader, limit)

    async def of_authors(
        self, authors: Iterable[UserId], limit: int
    ) -> Mapping[UserId, Page[FeedEntry]]:
        """Give what they published last, and remember."""
        asked = list(authors)
        self.asked.append((len(asked), limit))
        return await self._followed.of_authors(asked, limit)


class Dead(Reactions):
    """What a process does that was killed right after its commit."""

    async def to(self, *events: Event) -> None:
        """Do nothing."""


@pytest.fixture
def hybrid() -> Hybrid:
    """Give a world without people."""
    return new_hybrid()


async def test_a_clock_that_steps_back_hides_no_new_post_of_a_pulled_author(
    hybrid: Hybrid,
) -> None:
    """What was read in the future is not held until that has come."""
    star, *readers = await hybrid.world.scene.users(4)
    for reader in readers:
        await hybrid.follow(reader, star)
    await hybrid.settle()
    first = await hybrid.share(star)
    await hybrid.settle()
    await hybrid.warm(*readers)
    assert first == await hybrid.home(readers[0])

    hybrid.world.clock.advance(-3600)
    second = await hybrid.share(star)
    await hybrid.settle()
    hybrid.world.clock.advance(60)

    assert {*first, *second} == {*await hybrid.home(readers[0])}


async def test_a_deleted_account_is_gone_from_kept_pages_though_its_process_died_before_telling(
    hybrid: Hybrid,
) -> None:
    """The job that was recorded with it tells."""
    reader, author = await hybrid.world.scene.users(2)
    await hybrid.follow(reader, author)
    posts = await hybrid.share(author)
    await hybrid.settle()
    await hybrid.warm(reader)
    assert posts == await hybrid.opened(reader)

    closing = hybrid.services.accounts.closing
    closing._reactions = Dead()
    await closing.delete(author)
    await hybrid.do(await hybrid.jobs())

    assert await hybrid.opened(reader) == []


async def test_hundreds_of_hidden_posts_in_a_row_take_few_reads() -> None:
    """A page is full whatever is hidden, and its request ends in time."""
    hybrid = new_hybrid(cap=500)
    reader, loud, quiet = await hybrid.world.scene.users(3)
    await hybrid.follow(reader, loud, quiet)
    posts = await hybrid.share(*[quiet] * 3, *[loud] * 300, quiet)
    await hybrid.settle()
    await hybrid.warm(reader)
    await hybrid.services.accounts.administration.suspend(loud)
    await hybrid.settle()
    hybrid.heard.reads.clear()

    page = await hybrid.services.feed.home.page(reader, None, 2)

    assert [view.post.id for view in page.items] == [posts[0], posts[301]]
    assert len(hybrid.heard.reads) <= 10
    rest = await hybrid.services.feed.home.page(reader, page.next, 2)
    assert [view.post.id for view in rest.items] == posts[302:]


async def test_a_timeline_that_another_process_made_meanwhile_is_not_made_again(
    hybrid: Hybrid,
) -> None:
    """After a lost store readers come by all processes, and wait in line in each."""
    reader = await hybrid.world.scene.user()
    heard = Heard()
    other = Rebuilds(
        timelines=hybrid.stores.timelines,
        followed=hybrid.world.family.followed_posts,
        cap=CAP,
        observer=heard,
        clock=hybrid.world.clock,
    )
    other._places = asyncio.Semaphore(0)
    other.start(reader)
    await hybrid.warm(reader)
    other._places.release()
    await other.idle()

    assert hybrid.heard.rebuilds == ["stored"]
    assert heard.rebuilds == []


async def test_timelines_that_hide_posts_do_not_come_before_those_that_are_missing(
    hybrid: Hybrid,
) -> None:
    """When somebody with many followers is suspended, all of them have such a timeline."""
    rebuilds = hybrid.services.feed.rebuilds
    readers = await hybrid.world.scene.users(3 * Rebuilds.AT_ONCE)
    for reader in readers[: Rebuilds.AT_ONCE]:
        rebuilds.start(reader)
    for reader in readers[Rebuilds.AT_ONCE :]:
        rebuilds.renew(reader)
    await rebuilds.idle()
    assert len(hybrid.heard.rebuilds) == Rebuilds.AT_ONCE
    rebuilds.renew(readers[-1])
    await rebuilds.idle()
    assert len(hybrid.heard.rebuilds) == Rebuilds.AT_ONCE + 1, "what was put off is not forgotten"


async def test_who_had_a_timeline_made_anew_is_remembered_in_bounds(
    hybrid: Hybrid, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The memory of a process does not follow the number of its readers."""
    monkeypatch.setattr(Rebuilds, "REMEMBERED", 3)
    rebuilds = hybrid.services.feed.rebuilds
    readers = await hybrid.world.scene.users(10)
    for reader in readers:
        rebuilds.renew(reader)
        await rebuilds.idle()
    for reader in readers[-3:]:
        rebuilds.renew(reader)
    await rebuilds.idle()
    assert len(hybrid.heard.rebuilds) == 10
    assert len(rebuilds._renewed) == 3


async def test_who_follows_hundreds_of_stars_is_read_from_the_truth(
    hybrid: Hybrid, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their lists would be thousands of entries for each page, of which it shows twenty."""
    monkeypatch.setattr(HomeEntries, "MOST_PULLED", 2)
    *stars, one, two, reader = await hybrid.world.scene.users(6)
    for star in stars:
        for follower in (one, two, reader):
            await hybrid.follow(follower, star)
    await hybrid.settle()
    posts = await hybrid.share(*stars, *stars)
    await hybrid.settle()
    await hybrid.warm(reader)
    hybrid.heard.reads.clear()

    assert posts == await hybrid.home(reader)
    assert {source for source, _ in hybrid.heard.reads} == {"truth"}
    assert posts[:3] == await hybrid.opened(reader)
    look = await hybrid.services.feed.pages.look(reader, "home", 3)
    assert hybrid.services.feed.pages.last(look) is not None, "kept for when the truth is away"
    await hybrid.services.graph.following.unfollow(reader, stars[0])
    await hybrid.settle()
    await hybrid.warm(reader)
    hybrid.heard.reads.clear()
    assert [posts[0], posts[1], posts[3], posts[4]] == await hybrid.home(reader)
    assert ("timeline", 2) in hybrid.heard.reads


async def test_a_few_lists_are_filled_at_a_time(
    hybrid: Hybrid, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a lost store, a page of somebody who follows many stars ends in time all the same."""
    monkeypatch.setattr(PulledAuthors, "FILLED", 2)
    monkeypatch.setattr(PulledAuthors, "HELD", 3)
    stars = await hybrid.world.scene.users(5)
    posts = await hybrid.share(*stars)
    truth = Asked(hybrid.world.family.followed_posts)
    pulling = PulledAuthors(
        authors=hybrid.stores.authors, followed=truth, cap=CAP, clock=hybrid.world.clock
    )
    for _ in range(4):
        found = await pulling.pull(stars, None, 2)
        assert {each.post_id for part in found.slices for each in part.entries} == set(posts)
        hybrid.world.clock.advance(1)
    assert truth.asked == [(2, CAP), (3, 3), (2, CAP), (1, 3), (1, CAP)]


async def test_a_post_of_a_star_that_was_deleted_before_its_job_was_done_lies_in_no_list(
    hybrid: Hybrid,
) -> None:
    """It would be hidden in each follower's first page for a day, and none of these kept."""
    star, *readers = await hybrid.world.scene.users(4)
    for reader in readers:
        await hybrid.follow(reader, star)
    await hybrid.settle()
    posts = await hybrid.share(*[star] * 4)
    await hybrid.settle()
    await hybrid.warm(*readers)
    assert posts[:3] == await hybrid.opened(readers[0])
    (gone,) = await hybrid.share(star)
    await hybrid.services.posts.posting.delete(star, gone)
    jobs = {job.kind: job for job in await hybrid.jobs()}
    await hybrid.do([jobs["post_deleted"], jobs["post_published"]])
    hybrid.world.clock.advance(1)

    window = (await hybrid.stores.authors.recent([star], None, CAP))[star]
    assert [entry.post_id for entry in window.entries] == posts
    for _ in range(2):
        assert posts[:3] == await hybrid.opened(readers[0])
    assert hybrid.heard.looks[-1] == "hit"


async def test_a_page_that_was_made_in_the_future_is_not_shown_until_that_has_come(
    hybrid: Hybrid,
) -> None:
    """A clock that steps back makes no page last longer, neither fresh nor degraded."""
    reader = await hybrid.world.scene.user()
    await hybrid.share(reader)
    await hybrid.settle()
    await hybrid.warm(reader)
    await hybrid.opened(reader)

    hybrid.world.clock.advance(-3600)
    pages = hybrid.services.feed.pages
    look = await pages.look(reader, "home", 3)

    assert look.cached is not None
    assert pages.last(look) is None
    await hybrid.opened(reader)
    assert hybrid.heard.looks == ["miss", "stale"]
