"""Home feeds read from timelines: where each page comes from, and what moves them."""

import asyncio

import pytest

from instagram_core.feed.model import Delivery, HomeSnapshot
from instagram_core.graph.model import PersonalList
from instagram_core.kernel.paging import Position
from tests.unit.instagram_core.feed.hybrid import CAP, Hybrid, new_hybrid


@pytest.fixture
def hybrid() -> Hybrid:
    """Give a world without people."""
    return new_hybrid()


async def test_the_first_page_ever_comes_from_the_truth_and_the_next_from_the_timeline(
    hybrid: Hybrid,
) -> None:
    """Nobody waits for a timeline; it is made beside the answer."""
    reader, author = await hybrid.world.scene.users(2)
    await hybrid.follow(reader, author)
    posts = await hybrid.share(author, author)
    await hybrid.settle()
    assert posts == await hybrid.home(reader)
    await hybrid.settle()
    assert posts == await hybrid.home(reader)
    assert hybrid.heard.reads == [("truth", 0), ("timeline", 0)]
    assert hybrid.heard.rebuilds == ["stored"]


async def test_a_post_is_pushed_to_whoever_has_a_timeline(hybrid: Hybrid) -> None:
    """To its author, too; who was away gets it from the truth when they come back."""
    author, reader, absent = await hybrid.world.scene.users(3)
    await hybrid.follow(reader, author)
    await hybrid.follow(absent, author)
    await hybrid.settle()
    await hybrid.warm(author, reader)
    hybrid.heard.pushes.clear()
    posts = await hybrid.share(author)
    await hybrid.settle()
    assert hybrid.heard.pushes == [(3, 2)]
    for person in (author, reader, absent):
        assert posts == await hybrid.home(person)


async def test_below_the_floor_the_feed_goes_on_from_the_truth(hybrid: Hybrid) -> None:
    """To the very first post, whatever the size of pages, without gap or repeat."""
    author = await hybrid.world.scene.user()
    posts = await hybrid.share(*[author] * (3 * CAP))
    await hybrid.warm(author)
    for limit in (1, 2, 3, CAP, CAP + 1, 50):
        assert posts == await hybrid.home(author, limit)
    sources = {source for source, _ in hybrid.heard.reads}
    assert sources == {"timeline", "truth"}


async def test_who_crosses_the_threshold_is_pulled_and_nothing_is_lost(hybrid: Hybrid) -> None:
    """Posts from before, from while the followers were told, and from after."""
    star, *readers = await hybrid.world.scene.users(4)
    await hybrid.warm(*readers)
    posts = await hybrid.share(star)
    for reader in readers:
        await hybrid.follow(reader, star)
    jobs = await hybrid.jobs()
    await hybrid.do(jobs)  # the last of these makes the star cross
    assert await hybrid.services.feed.crossings.settle(star) is Delivery.CROSSING
    await hybrid.warm(*readers)
    posts = await hybrid.share(star) + posts
    await hybrid.settle()
    assert await hybrid.services.feed.crossings.settle(star) is Delivery.PULL
    await hybrid.warm(*readers)
    hybrid.heard.pushes.clear()
    posts = await hybrid.share(star) + posts
    await hybrid.settle()
    hybrid.heard.reads.clear()
    for reader in readers:
        assert posts == await hybrid.home(reader)
    assert hybrid.heard.pushes == [(1, 0)], "not pushed to followers"
    assert ("timeline", 1) in hybrid.heard.reads


async def test_who_falls_below_the_threshold_is_pushed_again(hybrid: Hybrid) -> None:
    """Readers who still look at them find posts twice, and show them once."""
    star, *readers = await hybrid.world.scene.users(4)
    for reader in readers:
        await hybrid.follow(reader, star)
    await hybrid.settle()
    posts = await hybrid.share(star)
    await hybrid.settle()
    await hybrid.warm(*readers)
    await hybrid.services.graph.following.unfollow(readers[0], star)
    await hybrid.settle()
    assert await hybrid.services.feed.crossings.settle(star) is Delivery.PUSH
    hybrid.heard.pushes.clear()
    posts = await hybrid.share(star) + posts
    await hybrid.settle()
    assert hybrid.heard.pushes == [(3, 2)]
    assert await hybrid.home(readers[0]) == []
    for reader in readers[1:]:
        assert posts == await hybrid.home(reader)


async def test_an_old_round_lets_nobody_arrive(hybrid: Hybrid) -> None:
    """Who crossed again while others were still being told of the first time is not there yet."""
    star, *readers = await hybrid.world.scene.users(4)
    for reader in readers:
        await hybrid.follow(reader, star)
    await hybrid.do(await hybrid.jobs())
    first = await hybrid.jobs()
    await hybrid.services.graph.following.unfollow(readers[0], star)
    await hybrid.do(await hybrid.jobs())
    await hybrid.follow(readers[0], star)
    await hybrid.do([job for job in await hybrid.jobs() if job.kind != "author_crossed"])
    await hybrid.do(first)
    assert await hybrid.services.feed.crossings.settle(star) is Delivery.CROSSING


async def test_what_is_held_of_a_pulled_author_is_read_again_soon(hybrid: Hybrid) -> None:
    """All readers of a process share what was read, and see what is new a moment later."""
    star, *readers = await hybrid.world.scene.users(4)
    for reader in readers:
        await hybrid.follow(reader, star)
    await hybrid.settle()
    first = await hybrid.share(star)
    await hybrid.settle()
    await hybrid.warm(*readers)
    assert first == await hybrid.home(readers[0])
    second = await hybrid.share(star)
    await hybrid.settle()
    hybrid.world.clock.advance(1)
    assert [*second, *first] == await hybrid.home(readers[1])


async def test_pages_of_pulled_authors_lead_to_their_first_post(hybrid: Hybrid) -> None:
    """Past what is held, past the cap of their list, to the end, merged with what was pushed."""
    star, author, *readers = await hybrid.world.scene.users(5)
    for reader in readers:
        await hybrid.follow(reader, star)
    await hybrid.follow(readers[0], author)
    await hybrid.settle()
    posts = await hybrid.share(*[star, author] * (2 * CAP))
    await hybrid.settle()
    await hybrid.warm(*readers)
    for limit in (1, 2, 3, 7, 50):
        assert posts == await hybrid.home(readers[0], limit)


@pytest.mark.parametrize("act", ["unfollow", "block", "be_blocked", "mute"])
async def test_who_leaves_the_home_is_gone_at_the_next_read(hybrid: Hybrid, act: str) -> None:
    """Before any job is done; inside the cap and below it; and what is left is all there."""
    reader, gone, kept = await hybrid.world.scene.users(3)
    await hybrid.follow(reader, gone, kept)
    posts = await hybrid.share(*[gone, kept] * (2 * CAP))
    left = posts[::2]
    await hybrid.settle()
    await hybrid.warm(reader)
    graph = hybrid.services.graph
    match act:
        case "unfollow":
            await graph.following.unfollow(reader, gone)
        case "block":
            await graph.blocking.block(reader, gone)
        case "be_blocked":
            await graph.blocking.block(gone, reader)
        case _:
            await graph.personal.put(PersonalList.MUTES, reader, gone)
    assert left == await hybrid.home(reader)
    await hybrid.settle()
    assert left == await hybrid.home(reader)


async def test_a_follow_shows_past_posts_at_the_next_read(hybrid: Hybrid) -> None:
    """Before any job is done, and so does a mute that ends."""
    reader, author, other = await hybrid.world.scene.users(3)
    await hybrid.follow(reader, other)
    posts = await hybrid.share(author, other, author)
    await hybrid.settle()
    await hybrid.warm(reader)
    await hybrid.follow(reader, author)
    assert posts == await hybrid.home(reader)
    await hybrid.services.graph.personal.put(PersonalList.MUTES, reader, author)
    await hybrid.warm(reader)
    muted = await hybrid.share(author)
    await hybrid.settle()
    await hybrid.services.graph.personal.remove(PersonalList.MUTES, reader, author)
    assert [*muted, *posts] == await hybrid.home(reader)


async def test_a_rebuild_that_was_overtaken_stores_nothing(hybrid: Hybrid) -> None:
    """A follow between its snapshot and its end makes the timeline anew."""
    reader, author = await hybrid.world.scene.users(2)
    posts = await hybrid.share(author)
    token = await hybrid.stores.timelines.begin(reader)
    assert token is not None
    snapshot = await hybrid.world.family.followed_posts.snapshot(reader, CAP)
    await hybrid.follow(reader, author)
    assert not await hybrid.stores.timelines.finish(reader, token, snapshot)
    await hybrid.settle()
    assert posts == await hybrid.home(reader)


async def test_a_push_while_a_timeline_is_made_is_there_afterwards(hybrid: Hybrid) -> None:
    """Although the snapshot does not hold it."""
    reader = await hybrid.world.scene.user()
    token = await hybrid.stores.timelines.begin(reader)
    assert token is not None
    posts = await hybrid.share(reader)
    await hybrid.settle()
    empty = HomeSnapshot(entries=(), floor=None)
    assert await hybrid.stores.timelines.finish(reader, token, empty)
    assert posts == await hybrid.home(reader)
    assert hybrid.heard.reads == [("timeline", 0)]


async def test_many_who_come_at_once_cause_one_rebuild_each(hybrid: Hybrid) -> None:
    """After a lost store, each reader's timeline is made once, a few at a time."""
    reader, other = await hybrid.world.scene.users(2)
    home = hybrid.services.feed.home
    await asyncio.gather(*(home.page(person, None, 2) for person in [reader, other] * 20))
    await hybrid.settle()
    assert hybrid.heard.rebuilds == ["stored", "stored"]


async def test_a_post_that_vanished_leaves_the_page_full_and_the_timeline_is_made_anew(
    hybrid: Hybrid,
) -> None:
    """So that the next page takes one look again."""
    author = await hybrid.world.scene.user()
    posts = await hybrid.share(*[author] * 4)
    await hybrid.settle()
    await hybrid.warm(author)
    await hybrid.services.posts.posting.delete(author, posts[0])
    hybrid.heard.rebuilds.clear()
    assert posts[1:] == await hybrid.home(author)
    await hybrid.settle()
    assert hybrid.heard.rebuilds == ["stored"]
    hybrid.heard.reads.clear()
    assert posts[1:3] == await hybrid.opened(author, 2)
    assert hybrid.heard.reads == [("timeline", 0)]


async def test_a_delete_before_the_push_ends_in_nobodys_feed(hybrid: Hybrid) -> None:
    """Whatever the order of the jobs."""
    reader, author = await hybrid.world.scene.users(2)
    await hybrid.follow(reader, author)
    await hybrid.settle()
    await hybrid.warm(reader, author)
    (post,) = await hybrid.share(author)
    await hybrid.services.posts.posting.delete(author, post)
    await hybrid.do((await hybrid.jobs())[::-1])
    await hybrid.settle()
    assert await hybrid.home(reader) == []
    assert await hybrid.home(author) == []


async def test_a_timeline_is_made_anew_once_in_a_while_whatever_it_hides(hybrid: Hybrid) -> None:
    """The posts of the suspended stay in it, and must not cost a rebuild at every read."""
    reader, author = await hybrid.world.scene.users(2)
    await hybrid.follow(reader, author)
    posts = await hybrid.share(*[reader] * 4, author)
    await hybrid.settle()
    await hybrid.warm(reader)
    await hybrid.services.accounts.administration.suspend(author)
    await hybrid.settle()
    hybrid.heard.rebuilds.clear()
    for _ in range(3):
        assert posts[1:] == await hybrid.home(reader)
        await hybrid.services.feed.rebuilds.idle()
    assert hybrid.heard.rebuilds == ["stored"]
    hybrid.world.clock.advance(600)
    await hybrid.home(reader)
    await hybrid.services.feed.rebuilds.idle()
    assert hybrid.heard.rebuilds == ["stored", "stored"]


async def test_who_comes_back_from_a_suspension_is_all_there(hybrid: Hybrid) -> None:
    """Also in timelines that were made meanwhile."""
    reader, author = await hybrid.world.scene.users(2)
    await hybrid.follow(reader, author)
    posts = await hybrid.share(author)
    await hybrid.settle()
    administration = hybrid.services.accounts.administration
    await administration.suspend(author)
    await hybrid.settle()
    await hybrid.warm(reader)
    assert await hybrid.home(reader) == []
    await administration.reinstate(author)
    await hybrid.settle()
    assert posts == await hybrid.home(reader)


async def test_a_timeline_lives_a_day(hybrid: Hybrid) -> None:
    """Whatever was lost on the way to it comes back by then."""
    reader = await hybrid.world.scene.user()
    await hybrid.warm(reader)
    lost = await hybrid.share(reader)
    await hybrid.jobs()
    assert await hybrid.home(reader) == []
    hybrid.world.clock.advance(24 * 3600)
    assert lost == await hybrid.home(reader)


async def test_an_imported_post_takes_its_place_in_time(hybrid: Hybrid) -> None:
    """It does not jump to the top."""
    author = await hybrid.world.scene.user()
    posts = await hybrid.share(*[author] * 3)
    await hybrid.settle()
    await hybrid.warm(author)
    old = await hybrid.world.scene.post(author, at=hybrid.world.scene.now - 1500)
    await hybrid.settle()
    assert [*posts[:2], old, posts[2]] == await hybrid.home(author)


async def test_positions_of_one_moment_are_told_apart_by_the_seam(hybrid: Hybrid) -> None:
    """Many posts of the same millisecond, on both sides of the floor."""
    author = await hybrid.world.scene.user()
    at = hybrid.world.scene.now
    posts = [await hybrid.world.scene.post(author, at=at) for _ in range(3 * CAP)]
    await hybrid.settle()
    await hybrid.warm(author)
    newest_first = sorted(posts, key=lambda post: Position(at, post), reverse=True)
    for limit in (1, 2, 4):
        assert newest_first == await hybrid.home(author, limit)
