"""Stored timelines are compared with the truth: what is wrong is found, and nothing else."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence

import attrs
import pytest

from instagram_core.accounts.model import UserId
from instagram_core.assembly.families import TimelineFamily
from instagram_core.feed.absent import NoAuthors, NoCache, NoTimelines
from instagram_core.feed.model import HomeSnapshot
from instagram_core.feed.ports import FollowedPosts
from instagram_core.feed.service import Comparison, Mending
from instagram_core.graph.events import Unfollowed
from instagram_core.kernel.errors import AdapterUnavailable
from tests.unit.instagram_core.feed.spoiling import CAP, MINUTE, Kept, kept_in_memory


@pytest.fixture
def kept() -> Kept:
    """Give stores in memory."""
    return kept_in_memory()


class Truth(FollowedPosts):
    """The truth, and what happens right after it was read."""

    def __init__(self, kept: Kept) -> None:
        """Stand before the truth of some people."""
        self.right = kept.family.followed_posts
        self.asked: list[UserId] = []
        self.meanwhile: Iterator[Callable[[], Awaitable[None]]] = iter(())
        kept.family = attrs.evolve(kept.family, followed_posts=self)

    async def snapshot(self, reader: UserId, limit: int) -> HomeSnapshot:
        """Give the truth, as it is before something happens."""
        self.asked.append(reader)
        found = await self.right.snapshot(reader, limit)
        if (happening := next(self.meanwhile, None)) is not None:
            await happening()
        return found

    page = of_authors = None  # type: ignore[assignment]


async def test_what_is_complete_is_reported_by_nothing(kept: Kept) -> None:
    """Posts from before and after it was made, one's own and others'."""
    author = await kept.scene.user()
    reader = await kept.follower(author)
    await kept.posts(author, 3)
    await kept.build(reader)
    for entry in await kept.posts(reader, 2) + await kept.posts(author, 2, age=3 * MINUTE):
        await kept.push(entry)

    pages = [page async for page in kept.mending.walk(dry_run=False)]

    assert [page.accounts for page in pages] == [2]
    assert pages[0].timelines == [Comparison(owner=reader)]
    assert pages[0].lists == []
    assert await kept.held(reader) is not None


async def test_a_missing_post_is_reported_and_a_dry_run_leaves_it(kept: Kept) -> None:
    """Each time, until it is mended."""
    author = await kept.scene.user()
    reader = await kept.follower(author)
    posts = await kept.posts(author, 5)
    await kept.build(reader, without=posts[1:3])

    for _ in range(2):
        found = await kept.faults(dry_run=True)
        assert found == [Comparison(owner=reader, missing=tuple(posts[1:3]))]

    assert await kept.held(reader) == [posts[0], *posts[3:]]


async def test_a_timeline_that_lacks_a_post_is_dropped(kept: Kept) -> None:
    """Others stay; made anew it is complete."""
    author = await kept.scene.user()
    reader, other = await kept.follower(author), await kept.follower(author)
    posts = await kept.posts(author, 5)
    await kept.build(reader, without=posts[-1:])
    await kept.build(other)

    assert [found.owner for found in await kept.faults(dry_run=False)] == [reader]

    assert await kept.held(reader) is None
    assert await kept.held(other) == posts
    await kept.build(reader)
    assert await kept.faults(dry_run=True) == []


async def test_a_post_of_the_last_minute_may_be_on_its_way(kept: Kept) -> None:
    """After that it is missing."""
    author = await kept.scene.user()
    reader = await kept.follower(author)
    (post,) = await kept.posts(author, 1, age=0)
    await kept.build(reader, without=[post])

    kept.clock.advance(59.999)
    assert await kept.faults(dry_run=True) == []
    kept.clock.advance(0.001)
    assert await kept.faults(dry_run=True) == [Comparison(owner=reader, missing=(post,))]


async def test_what_comes_from_elsewhere_is_not_missing(kept: Kept) -> None:
    """Below the floor from the truth, and of pulled authors from their lists."""
    pushed, pulled = await kept.scene.users(2)
    reader = await kept.follower(pushed, pulled)
    await kept.cross(pulled)
    theirs = await kept.posts(pulled, 2)
    await kept.posts(pushed, CAP + 5, age=3 * MINUTE)

    await kept.build(reader, without=theirs)

    assert await kept.faults(dry_run=True) == []


async def test_a_timeline_longer_than_the_cap_is_compared_as_far_as_it_is_read(kept: Kept) -> None:
    """The cap may have been larger yesterday; what is nobody's any more takes places too."""
    author = await kept.scene.user()
    reader = await kept.follower(author)
    posts = await kept.posts(author, CAP, age=3 * MINUTE)
    gone = await kept.posts(author, 3)
    await kept.build(reader)
    for entry in gone:
        await kept.family.posts.delete(entry.post_id)
    kept.cap = 10

    (page,) = [page async for page in kept.mending.walk(dry_run=True)]

    assert page.timelines == [Comparison(owner=reader, surplus=3)]
    kept.cap = CAP
    await kept.build(reader, without=posts[4:5], beside=gone)
    kept.cap = 10
    assert [found.missing for found in await kept.faults(dry_run=True)] == [(posts[4],)]


async def test_a_pulled_author_who_is_not_asked_for_is_reported(kept: Kept) -> None:
    """Not one who is on the way: their posts are still pushed."""
    pulled, crossing = await kept.scene.users(2)
    reader = await kept.follower(pulled, crossing)
    await kept.cross(pulled)
    await kept.cross(crossing, arrive=False)
    await kept.build(reader, unasked=[pulled, crossing])

    assert await kept.faults(dry_run=False) == [Comparison(owner=reader, unasked=(pulled,))]
    assert await kept.held(reader) is None


async def test_a_list_that_lacks_a_post_is_filled_again(kept: Kept) -> None:
    """A dry run leaves it."""
    author = await kept.scene.user()
    await kept.follower(author)
    posts = await kept.posts(author, 4)
    await kept.fill(author, without=posts[:1])
    expected = [Comparison(owner=author, missing=(posts[0],))]

    assert await kept.faults(dry_run=True) == expected
    assert await kept.faults(dry_run=False) == expected
    assert await kept.faults(dry_run=False) == []

    window = (await kept.stores.authors.recent([author], None, CAP))[author]
    assert list(window.entries) == posts


async def test_a_list_that_somebody_fills_is_left_to_them(kept: Kept) -> None:
    """Between the look and the mending."""
    author = await kept.scene.user()
    posts = await kept.posts(author, 2)
    await kept.fill(author, without=posts)
    begin, tokens = kept.stores.authors.begin, []

    async def begun_by_another(owner: UserId) -> object:
        tokens.append(await begin(owner))
        return await begin(owner)

    kept.stores.authors.begin = begun_by_another  # type: ignore[method-assign, assignment]
    assert len(await kept.faults(dry_run=False)) == 1

    (token,) = tokens
    assert token is not None
    assert await kept.stores.authors.fill(author, token, posts, None)


async def test_entries_of_nobody_are_counted_and_are_no_fault(kept: Kept) -> None:
    """Of deleted posts, which are left out when they are read."""
    author = await kept.scene.user()
    reader = await kept.follower(author)
    posts = await kept.posts(author, 4)
    await kept.build(reader)
    for entry in posts[:3]:
        await kept.family.posts.delete(entry.post_id)

    (page,) = [page async for page in kept.mending.walk(dry_run=False)]

    assert page.timelines == [Comparison(owner=reader, surplus=3)]
    assert page.timelines[0].is_complete
    assert await kept.held(reader) == posts


async def test_what_happens_between_truth_and_timeline_is_no_fault(kept: Kept) -> None:
    """Somebody unfollows: their new timeline lacks what the truth still held."""
    author = await kept.scene.user()
    reader = await kept.follower(author)
    await kept.posts(author, 3)
    await kept.build(reader)

    async def unfollow() -> None:
        event = Unfollowed(follower_id=reader, followee_id=author)
        await kept.family.follows.unfollow(event)
        await kept.stores.timelines.drop([reader])
        truth.meanwhile = iter(())
        await kept.build(reader)

    truth = Truth(kept)
    truth.meanwhile = iter([unfollow])
    pages = [page async for page in kept.mending.walk(dry_run=True)]

    assert truth.asked == [reader, reader, reader]  # the first look, the rebuild, another look
    assert pages[0].timelines == [Comparison(owner=reader)]


async def test_between_the_two_looks_time_passes(kept: Kept) -> None:
    """A push that was late has arrived by then; only readers in doubt are looked at again."""
    author = await kept.scene.user()
    late, complete = await kept.follower(author), await kept.follower(author)
    posts = await kept.posts(author, 2)
    await kept.build(late, without=posts[:1])
    await kept.build(complete)
    pauses: list[float] = []

    async def arrive(seconds: float) -> None:
        pauses.append(seconds)
        await kept.push(posts[0])

    kept.pause = arrive
    truth = Truth(kept)

    assert await kept.faults(dry_run=True) == []
    assert pauses == [2]
    assert sorted(truth.asked) == sorted([late, complete, late])


async def test_without_a_timeline_the_truth_is_not_asked(kept: Kept) -> None:
    """Most accounts were not there lately."""
    author = await kept.scene.user()
    await kept.follower(author)
    await kept.posts(author, 2)
    truth = Truth(kept)

    assert await kept.faults(dry_run=False) == []
    assert truth.asked == []


async def test_all_accounts_are_walked_through_page_by_page(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody once, as many as are counted."""
    monkeypatch.setattr(Mending, "PAGE", 3)
    author = await kept.scene.user()
    readers = [await kept.follower(author) for _ in range(6)]
    posts = await kept.posts(author, 2)
    for reader in readers:
        await kept.build(reader, without=posts[:1])

    pages = [page async for page in kept.mending.walk(dry_run=False)]

    assert [page.accounts for page in pages] == [3, 3, 1]
    assert await kept.mending.count() == 7
    assert sorted(found.owner for page in pages for found in page.timelines) == sorted(readers)


async def test_few_truths_are_read_at_once(kept: Kept) -> None:
    """However many readers there are: the database has others to serve."""
    author = await kept.scene.user()
    readers = [await kept.follower(author) for _ in range(30)]
    for reader in readers:
        await kept.build(reader)
    under_way, most, right = 0, 0, kept.family.followed_posts

    class Slow(Truth):
        """Takes a while."""

        async def snapshot(self, reader: UserId, limit: int) -> HomeSnapshot:
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            for _ in range(3):
                await asyncio.sleep(0)
            under_way -= 1
            return await right.snapshot(reader, limit)

    Slow(kept)
    assert await kept.faults(dry_run=True) == []
    assert most == 8


@pytest.mark.parametrize("age", [0, 2 * MINUTE])
async def test_publishing_meanwhile_is_no_fault(kept: Kept, age: int) -> None:
    """New posts are passed over; imported old ones have arrived when they are looked at again."""
    kept.cap = 500
    authors = await kept.scene.users(4)
    readers = [await kept.follower(*authors) for _ in range(6)]
    for reader in readers:
        await kept.build(reader)
    arrived = asyncio.Event()

    async def publish() -> None:
        for number in range(200):
            (post,) = await kept.posts(authors[number % 4], 1, age)
            await asyncio.sleep(0)
            await kept.push(post)
            kept.clock.advance(0.001)
        arrived.set()

    async def wait(_: float) -> None:
        await arrived.wait()

    kept.pause = wait
    publishing = asyncio.create_task(publish())
    faults: Sequence[Comparison] = []
    while not publishing.done():
        faults = [*faults, *await kept.faults(dry_run=True)]
    await publishing

    assert faults == []
    assert await kept.faults(dry_run=True) == []
    assert len(await kept.held(readers[0]) or ()) == min(200, CAP)


async def test_a_store_that_is_away_ends_the_walk(kept: Kept) -> None:
    """Nothing is reported that was not seen."""
    await kept.scene.user()
    kept.stores = TimelineFamily(timelines=NoTimelines(), authors=NoAuthors(), cache=NoCache())

    with pytest.raises(AdapterUnavailable):
        await kept.faults(dry_run=False)
