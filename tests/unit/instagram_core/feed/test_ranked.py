"""The ranked feed: every post once, in an order that holds while somebody reads on."""

from functools import partial
from typing import Any, NoReturn

import attrs
import pytest

from instagram_core.accounts.model import UserId
from instagram_core.assembly import TimelineFamily, assemble
from instagram_core.feed.absent import NoCache
from instagram_core.feed.frozen import KeptOrders
from instagram_core.feed.model import FeedRules, HomePage, PushRule, RankRules
from instagram_core.feed.ports import Affinities
from instagram_core.feed.service import RankedFeed
from instagram_core.graph.model import PersonalList
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.kernel.paging import Position
from instagram_core.memory.feed import InMemoryFeedCache
from instagram_core.posts.model import PostId
from instagram_core.testing.factories import post_media
from instagram_core.testing.paging import walk
from tests.unit.instagram_core.feed.hybrid import CAP, Hybrid, new_hybrid

HOUR = 3600


def world_with(**rules: Any) -> Hybrid:  # noqa: ANN401 - any rule
    """Give a world whose feeds are ranked by these rules."""
    hybrid = new_hybrid()
    feed = FeedRules(
        push=PushRule(pulled_from=3), timeline_cap=CAP, rank=RankRules(**{"candidates": 6, **rules})
    )
    ports = attrs.evolve(hybrid.ports, feed=feed)
    return attrs.evolve(hybrid, ports=ports, services=assemble(ports))


def ranked_of(hybrid: Hybrid) -> RankedFeed:
    """Give the feed under test."""
    return hybrid.services.feed.ranked


def posts_of(page: HomePage) -> list[PostId]:
    """Give the posts of a page."""
    return [view.post.id for view in page.items]


async def everything(hybrid: Hybrid, reader: UserId, limit: int = 2) -> list[PostId]:
    """Walk through a whole feed; pages are checked to be full while there is more."""
    views = await walk(partial(ranked_of(hybrid).page, reader), limit)
    return [view.post.id for view in views]


async def liked(hybrid: Hybrid, post: PostId, times: int) -> None:
    """Let so many strangers like a post."""
    for user in await hybrid.world.scene.users(times):
        await hybrid.services.likes.like(user, post)


async def arranged(many: int = 10, **rules: Any) -> tuple[Hybrid, UserId, list[PostId]]:  # noqa: ANN401 - any rule
    """Give a world, a reader of two authors, and posts of both and the reader, newest first."""
    hybrid = world_with(**rules)
    reader, one, two = await hybrid.world.scene.users(3)
    await hybrid.follow(reader, one, two)
    posts = await hybrid.share(*([one, two, reader] * many)[:many])
    return hybrid, reader, posts


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 6, 7, 20])
@pytest.mark.parametrize("many", [0, 1, 5, 6, 7, 13])
async def test_every_post_comes_exactly_once(limit: int, many: int) -> None:
    """The newest six ranked, the rest in the order of time, whatever pages are read in."""
    hybrid, reader, posts = await arranged(many)
    if many > 3:
        await liked(hybrid, posts[3], 9)

    found = await everything(hybrid, reader, limit)

    assert sorted(found) == sorted(posts)
    assert found[6:] == posts[6:]
    assert many <= 3 or found[0] == posts[3]


async def test_an_empty_feed_is_an_empty_page() -> None:
    """With nothing behind it."""
    hybrid = world_with()
    page = await ranked_of(hybrid).page(await hybrid.world.scene.user(), None, 20)

    assert (page.items, page.next) == ((), None)


async def test_likes_bring_a_post_forward() -> None:
    """As much as the formula says: enough of them outweigh an hour."""
    hybrid = world_with(diversity=1)
    reader, author = await hybrid.world.scene.users(2)
    await hybrid.follow(reader, author)
    older = await hybrid.world.scene.post(author)
    hybrid.world.clock.advance(HOUR)
    newer = await hybrid.world.scene.post(author)

    assert await everything(hybrid, reader) == [newer, older]
    await liked(hybrid, older, 5)
    assert await everything(hybrid, reader) == [older, newer]


@pytest.mark.parametrize("way", ["likes", "visits"])
async def test_authors_one_cares_for_come_forward(way: str) -> None:
    """By one's own likes of other posts of theirs, or by looking at their profile."""
    hybrid = world_with(engagement=0)
    reader, dear, other = await hybrid.world.scene.users(3)
    await hybrid.follow(reader, dear, other)
    (long_ago,) = await hybrid.share(dear)
    hybrid.world.clock.advance(100 * HOUR)
    theirs, others = [await hybrid.world.scene.post(author) for author in (dear, other)]
    assert await everything(hybrid, reader) == [others, theirs, long_ago]

    if way == "likes":
        await hybrid.services.likes.like(reader, long_ago)
    else:
        hybrid.services.feed.visits.seen(reader, dear)
        await hybrid.services.feed.visits.idle()

    assert await everything(hybrid, reader) == [theirs, others, long_ago]


async def test_a_carousel_comes_before_one_picture() -> None:
    """Where nothing else tells them apart."""
    hybrid = world_with()
    author = await hybrid.world.scene.user()
    carousel = await hybrid.world.scene.upload(author)
    media = post_media(carousel, hybrid.world.ports.ids.new())
    await hybrid.world.family.processing.publish(carousel, media, hybrid.world.scene.now)
    single = await hybrid.world.scene.post(author)

    assert await everything(hybrid, author) == [carousel, single]


async def test_nobody_has_the_top_for_themself() -> None:
    """A second post of somebody comes after the first of somebody else."""
    hybrid = world_with()
    reader, busy, quiet = await hybrid.world.scene.users(3)
    await hybrid.follow(reader, busy, quiet)
    (rare,) = await hybrid.share(quiet)
    many = await hybrid.share(*[busy] * 4)

    found = await everything(hybrid, reader)

    assert found == [many[0], rare, *many[1:]]


async def test_the_order_holds_while_one_reads_on() -> None:
    """Likes, affinities and posts that come between two pages shift nothing."""
    hybrid, reader, posts = await arranged(12)
    expected = await everything(hybrid, reader)
    author = (await hybrid.services.posts.reading.post(reader, posts[0])).author.id
    found: list[PostId] = []
    after: Position | None = None

    while True:
        page = await ranked_of(hybrid).page(reader, after, 2)
        found += posts_of(page)
        after = page.next
        if after is None:
            break
        await hybrid.share(author, author)
        await liked(hybrid, posts[11 - len(found) % 6], 20)
        await hybrid.settle()

    assert found == expected
    assert len(await everything(hybrid, reader)) == 12 + 2 * 5


async def test_what_is_hidden_meanwhile_is_left_out_and_pages_stay_full() -> None:
    """Deleted, muted, unfollowed: judged when the page is read."""
    hybrid = world_with(candidates=20)
    reader, muted, left, other = await hybrid.world.scene.users(4)
    await hybrid.follow(reader, muted, left, other)
    await hybrid.share(*[muted, left, other] * 4)
    first = await ranked_of(hybrid).page(reader, None, 2)
    expected = [
        view.post.id
        for view in (await ranked_of(hybrid).page(reader, None, 50)).items[2:]
        if view.author.id == other
    ]

    gone = expected.pop(1)
    await hybrid.services.posts.posting.delete(other, gone)
    await hybrid.services.graph.personal.put(PersonalList.MUTES, reader, muted)
    await hybrid.services.graph.following.unfollow(reader, left)
    page = await ranked_of(hybrid).page(reader, first.next, 2)
    rest = await ranked_of(hybrid).page(reader, page.next, 50)

    assert len(page.items) == 2
    assert expected == posts_of(page) + posts_of(rest)
    assert rest.next is None


async def test_two_devices_read_two_orders() -> None:
    """Each goes on in its own, though the second began after a like."""
    hybrid, reader, posts = await arranged(6)
    one = await ranked_of(hybrid).page(reader, None, 3)
    await liked(hybrid, posts[5], 50)
    two = await ranked_of(hybrid).page(reader, None, 3)

    rest_of_one = await ranked_of(hybrid).page(reader, one.next, 3)
    rest_of_two = await ranked_of(hybrid).page(reader, two.next, 3)

    assert sorted(posts) == sorted(posts_of(one) + posts_of(rest_of_one))
    assert sorted(posts) == sorted(posts_of(two) + posts_of(rest_of_two))
    assert posts_of(two)[0] == posts[5] != posts_of(one)[0]


async def test_another_reader_gets_nothing_by_a_cursor() -> None:
    """An order is looked for among one's own; with another's place one gets one's own posts."""
    hybrid, reader, _ = await arranged(6)
    other = await hybrid.world.scene.user()
    page = await ranked_of(hybrid).page(reader, None, 2)

    assert (await ranked_of(hybrid).page(other, page.next, 10)).items == ()


async def forget(hybrid: Hybrid) -> None:
    """Lose everything that was kept, as a restart does."""
    cache = hybrid.stores.cache
    assert isinstance(cache, InMemoryFeedCache)
    fresh = InMemoryFeedCache(hybrid.world.clock)
    vars(cache).clear()
    vars(cache).update(vars(fresh))


@pytest.mark.parametrize("is_late", [False, True])
async def test_a_lost_order_is_made_again_as_of_the_visit(
    is_late: bool,  # noqa: FBT001 - pytest passes by name
) -> None:
    """New posts stay out of it; where nothing was liked since, the order is the same."""
    hybrid, reader, posts = await arranged(9)
    expected = await everything(hybrid, reader)
    page = await ranked_of(hybrid).page(reader, None, 2)
    found = posts_of(page)

    while page.next is not None:
        await hybrid.share(reader)
        if is_late:
            hybrid.world.clock.advance(RankedFeed.KEPT_SECONDS + 1)
        else:
            await forget(hybrid)
        page = await ranked_of(hybrid).page(reader, page.next, 2)
        found += posts_of(page)

    assert sorted(found) == sorted(posts)
    assert found == expected


async def test_an_order_made_again_is_kept_for_the_pages_that_follow() -> None:
    """What is liked after that changes nothing."""
    hybrid, reader, posts = await arranged(6)
    first = await ranked_of(hybrid).page(reader, None, 2)
    await forget(hybrid)
    second = await ranked_of(hybrid).page(reader, first.next, 2)
    await liked(hybrid, posts[0], 50)
    third = await ranked_of(hybrid).page(reader, second.next, 2)

    assert sorted(posts) == sorted([*posts_of(first), *posts_of(second), *posts_of(third)])


async def test_without_a_cache_the_feed_can_be_read_to_its_end() -> None:
    """Ranked again for every page, as of the first."""
    hybrid, reader, posts = await arranged(13)
    stores: TimelineFamily = attrs.evolve(hybrid.stores, cache=NoCache())
    services = assemble(attrs.evolve(hybrid.ports, timelines=stores))
    hybrid = attrs.evolve(hybrid, services=services)

    assert sorted(posts) == sorted(await everything(hybrid, reader))


async def test_what_the_cache_holds_instead_of_an_order_is_passed_over() -> None:
    """Bytes of another release, say."""
    hybrid, reader, posts = await arranged(6)
    first = await ranked_of(hybrid).page(reader, None, 2)
    cache = hybrid.stores.cache
    kept = (await cache.look(reader, RankedFeed.NAME)).page
    assert kept is not None
    await cache.put(reader, RankedFeed.NAME, attrs.evolve(kept, body=b"?" * 17), 60)

    rest = await ranked_of(hybrid).page(reader, first.next, 10)

    assert sorted(posts) == sorted(posts_of(first) + posts_of(rest))


async def test_the_latest_few_orders_of_a_reader_are_kept() -> None:
    """However often the feed is opened; an older one is made again."""
    hybrid, reader, posts = await arranged(6)
    pages = [await ranked_of(hybrid).page(reader, None, 2) for _ in range(10)]
    kept = (await hybrid.stores.cache.look(reader, RankedFeed.NAME)).page

    rests = [await ranked_of(hybrid).page(reader, page.next, 10) for page in pages]

    assert kept is not None
    assert len(KeptOrders.from_bytes(kept.body).orders) == RankedFeed.KEPT
    for page, rest in zip(pages, rests, strict=True):
        assert sorted(posts) == sorted(posts_of(page) + posts_of(rest))


class Away(Affinities):
    """Cannot be asked."""

    async def strengths(self, *_: object) -> NoReturn:
        """Fail as a server that is away."""
        raise AdapterUnavailable("away")

    async def visited(self, *_: object) -> NoReturn:
        """Fail as a server that is away."""
        raise AdapterUnavailable("away")


async def test_without_affinities_the_rest_decides() -> None:
    """And nothing fails."""
    hybrid, reader, posts = await arranged(8)
    await liked(hybrid, posts[2], 30)
    for post in posts[3:5]:
        await hybrid.services.likes.like(reader, post)
    family = attrs.evolve(hybrid.ports.relational, affinities=Away())
    away = attrs.evolve(hybrid, services=assemble(attrs.evolve(hybrid.ports, relational=family)))

    found = await everything(away, reader)
    away.services.feed.visits.seen(reader, (await hybrid.world.scene.user()))
    await away.services.feed.visits.idle()

    assert found[0] == posts[2]
    assert sorted(found) == sorted(posts)


async def test_what_cannot_be_ranked_comes_in_the_order_of_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where so many posts cannot be read at once, a page of them is tried; and on from there."""
    hybrid, reader, posts = await arranged(8)
    home = hybrid.services.feed.home
    visible = home.visible

    async def limited(user: UserId, asked: list[PostId]) -> object:
        if len(asked) > 2:
            raise AdapterUnavailable("too much")
        return await visible(user, asked)

    monkeypatch.setattr(type(home), "visible", lambda _, user, asked: limited(user, asked))

    assert await everything(hybrid, reader) == posts
