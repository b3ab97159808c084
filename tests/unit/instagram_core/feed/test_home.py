"""The home feed: complete, in order, in full pages, whatever happens meanwhile."""

from collections.abc import Iterable, Mapping
from functools import partial

import pytest

from instagram_core.accounts.model import Standing, UserId
from instagram_core.feed.model import FeedEntry
from instagram_core.feed.service import HomeFeed
from instagram_core.graph.model import PersonalList
from instagram_core.kernel.paging import Page, Position
from instagram_core.memory.feed import InMemoryFollowedPosts
from instagram_core.memory.posts import InMemoryViewerState
from instagram_core.posts.model import PostId, PostState, PostView
from instagram_core.testing.paging import walk
from tests.unit.instagram_core.world import World


async def home(world: World, reader: UserId, limit: int = 2) -> list[PostId]:
    """Walk through a whole feed; pages are checked to be full while there is more."""
    views = await walk(partial(world.services.feed.home.page, reader), limit)
    return [view.post.id for view in views]


async def shares(world: World, *authors: UserId) -> list[PostId]:
    """Let people share a post each, a second apart; give the newest first."""
    posts = []
    for author in authors:
        world.clock.advance(1)
        posts.append(await world.scene.post(author))
    return posts[::-1]


async def test_home_is_oneself_and_whom_one_follows(world: World) -> None:
    """Newest first; a stranger's posts are not in it."""
    reader, one, two, stranger = await world.scene.users(4)
    await world.scene.follow(reader, one)
    await world.scene.follow(reader, two)
    await world.scene.follow(stranger, reader)

    posts = await shares(world, one, reader, two, one)
    await shares(world, stranger)

    for limit in range(1, 6):
        assert await home(world, reader, limit) == posts


async def test_nobody_followed_and_nothing_posted_is_an_empty_feed(world: World) -> None:
    """With no next page."""
    page = await world.services.feed.home.page(await world.scene.user(), None, 20)

    assert (page.items, page.next) == ((), None)


async def test_posts_of_one_millisecond_are_all_there(world: World) -> None:
    """The id breaks ties: no page boundary loses or repeats one."""
    reader, author = await world.scene.users(2)
    await world.scene.follow(reader, author)
    posts = [await world.scene.post(author) for _ in range(7)]

    for limit in range(1, 9):
        assert await home(world, reader, limit) == sorted(posts, reverse=True)


async def test_following_fills_in_older_posts_and_unfollowing_removes_all(world: World) -> None:
    """Home is whom one follows now."""
    reader, author = await world.scene.users(2)
    posts = await shares(world, *[author] * 5)
    following = world.services.graph.following

    await following.follow(reader, author)
    assert await home(world, reader) == posts
    await following.unfollow(reader, author)
    assert await home(world, reader) == []


async def test_asking_to_follow_shows_nothing_yet(world: World) -> None:
    """A pending follower gets nothing; once accepted, everything."""
    reader = await world.scene.user()
    private = await world.scene.user(is_private=True)
    posts = await shares(world, private, private)

    await world.services.graph.following.follow(reader, private)
    assert await home(world, reader) == []
    await world.services.graph.following.accept(private, reader)
    assert await home(world, reader) == posts


async def test_a_muted_author_is_hidden_and_comes_back(world: World) -> None:
    """With what was posted while muted."""
    reader, muted, other = await world.scene.users(3)
    for author in (muted, other):
        await world.scene.follow(reader, author)
    personal = world.services.graph.personal

    await personal.put(PersonalList.MUTES, reader, muted)
    posts = await shares(world, other, muted, other, muted)
    assert await home(world, reader) == [posts[1], posts[3]]
    await personal.remove(PersonalList.MUTES, reader, muted)
    assert await home(world, reader) == posts


@pytest.mark.parametrize("blocks_reader", [True, False])
async def test_a_block_hides_both_ways(
    world: World,
    blocks_reader: bool,  # noqa: FBT001 - pytest passes by name
) -> None:
    """From both people's feeds, and unblocking restores nothing: the follow has ended."""
    reader, author = await world.scene.users(2)
    await world.scene.follow(reader, author)
    await world.scene.follow(author, reader)
    await shares(world, author, reader)
    pair = (author, reader) if blocks_reader else (reader, author)
    blocking = world.services.graph.blocking

    await blocking.block(*pair)
    blocked = [await home(world, user) for user in (reader, author)]
    await blocking.unblock(*pair)

    for posts, user in zip(blocked, (reader, author), strict=True):
        views = [await world.services.posts.reading.post(user, post) for post in posts]
        assert [view.author.id for view in views] == [user]
        assert await home(world, user) == posts


@pytest.mark.parametrize("standing", [Standing.SUSPENDED, Standing.DELETED])
async def test_who_is_gone_is_in_nobodys_feed(world: World, standing: Standing) -> None:
    """Pages stay full without them."""
    reader, gone, other = await world.scene.users(3)
    for author in (gone, other):
        await world.scene.follow(reader, author)
    posts = await shares(world, other, gone, gone, gone, other, gone)

    await world.scene.set_standing(gone, standing)

    assert await home(world, reader) == [posts[1], posts[5]]


async def test_what_is_not_published_or_is_deleted_is_in_no_feed(world: World) -> None:
    """Not even in its author's."""
    author = await world.scene.user()
    posts = await shares(world, *[author] * 4)
    await world.scene.upload(author)
    await world.scene.failed_post(author)

    await world.services.posts.posting.delete(author, posts[1])

    assert await home(world, author) == [posts[0], *posts[2:]]


async def test_an_imported_old_post_takes_its_place_in_time(world: World) -> None:
    """It does not jump to the top."""
    reader, author = await world.scene.users(2)
    await world.scene.follow(reader, author)
    new, old = await shares(world, author, author)
    imported = await world.scene.post(author, at=world.scene.now - 500)

    assert await home(world, reader) == [new, imported, old]


async def test_posts_published_while_one_reads_on_lose_and_repeat_nothing(world: World) -> None:
    """Each page is followed by three new posts: the rest of the walk is as it was."""
    reader, author = await world.scene.users(2)
    await world.scene.follow(reader, author)
    posts = await shares(world, *[author] * 9)
    walked: list[PostId] = []
    after: Position | None = None

    while True:
        page = await world.services.feed.home.page(reader, after, 2)
        walked += [view.post.id for view in page.items]
        await shares(world, *[author] * 3)
        if page.next is None:
            break
        after = page.next

    assert walked == posts
    assert len(await home(world, reader)) == 9 + 3 * 5


async def test_views_hold_the_viewers_state(world: World) -> None:
    """Likes of all, marked for the reader."""
    reader, author = await world.scene.users(2)
    await world.scene.follow(reader, author)
    liked, other = await shares(world, author, author)
    for user in (reader, author):
        await world.services.likes.like(user, liked)

    views = (await world.services.feed.home.page(reader, None, 10)).items

    states = {view.post.id: (view.state.like_count, view.state.is_liked) for view in views}
    assert states == {liked: (2, True), other: (0, False)}


class LateStates(InMemoryViewerState):
    """Knows less than the truth did a moment ago: some posts have vanished since."""

    def __init__(self, world: World, vanished: set[PostId]) -> None:
        """Hide `vanished`."""
        super().__init__(world.database)
        self._vanished = vanished
        self.calls = 0

    async def states(
        self, viewer: UserId | None, posts: Iterable[PostId]
    ) -> Mapping[PostId, PostState]:
        """Give the states of what is still there."""
        self.calls += 1
        found = await super().states(viewer, posts)
        return {post: state for post, state in found.items() if post not in self._vanished}


def feed_with(world: World, states: LateStates) -> HomeFeed:
    """Give the feed with those states."""
    return world.rebuilt(states=states).services.feed.home


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 20])
async def test_pages_are_full_and_the_cursor_advances_when_entries_vanish(
    world: World, limit: int
) -> None:
    """Also when all of a batch, or all of the feed, was hidden after it was found."""
    author = await world.scene.user()
    posts = await shares(world, *[author] * 12)
    some, everything = set(posts[1:6]) | {posts[11]}, set(posts)
    seen = [post for post in posts if post not in some]

    walked: list[PostId] = []
    after: Position | None = None
    feed = feed_with(world, LateStates(world, some))
    while True:
        page = await feed.page(author, after, limit)
        walked += [view.post.id for view in page.items]
        assert len(page.items) <= limit
        if page.next is None:
            break
        assert len(page.items) == limit
        assert after is None or page.next < after
        after = page.next
    nothing = await feed_with(world, LateStates(world, everything)).page(author, None, limit)

    assert walked == seen
    assert (nothing.items, nothing.next) == ((), None)


class Everything(InMemoryFollowedPosts):
    """Finds every post there is: what a stale timeline might still hold."""

    def __init__(self, world: World, posts: list[PostId], author: UserId) -> None:
        """Find `posts`, newest first, as if all were of `author`."""
        super().__init__(world.database)
        now = world.scene.now
        self._entries = tuple(
            FeedEntry(position=Position(now - age, post), author_id=author)
            for age, post in enumerate(posts)
        )

    async def page(self, reader: UserId, after: Position | None, limit: int) -> Page[FeedEntry]:
        """Give all that is older."""
        older = [each for each in self._entries if after is None or each.position < after]
        shown = tuple(older[:limit])
        return Page(shown, shown[-1].position if len(older) > limit else None)


async def test_what_a_stale_source_still_holds_is_judged_by_the_present(world: World) -> None:
    """A stranger's post, a muted one, an unpublished one of one's own: none is shown."""
    reader, followed, stranger, muted = await world.scene.users(4)
    for author in (followed, muted):
        await world.scene.follow(reader, author)
    await world.services.graph.personal.put(PersonalList.MUTES, reader, muted)
    shown = [await world.scene.post(followed), await world.scene.post(reader)]
    hidden = [await world.scene.post(stranger), await world.scene.post(muted)]
    hidden += [await world.scene.upload(reader), await world.scene.failed_post(reader)]
    posts = [hidden[0], shown[0], *hidden[1:3], shown[1], hidden[3]]
    feed = world.rebuilt(followed_posts=Everything(world, posts, reader)).services.feed.home

    for limit in (1, 2, 10):
        walked: list[PostView] = []
        page = await feed.page(reader, None, limit)
        walked += page.items
        while page.next is not None:
            page = await feed.page(reader, page.next, limit)
            walked += page.items
        assert [view.post.id for view in walked] == shown


async def test_a_page_asks_once_whatever_it_holds(world: World) -> None:
    """Round trips do not grow with the number of posts or people."""
    reader = await world.scene.user()
    authors = await world.scene.users(10)
    for author in authors:
        await world.scene.follow(reader, author)
    await shares(world, *authors * 3)
    states = LateStates(world, set())

    page = await feed_with(world, states).page(reader, None, 20)

    assert len(page.items) == 20
    assert states.calls == 1
