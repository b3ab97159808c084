"""What a process holds of posts saves reading, and is never seen after a change."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping

import pytest

from instagram_core.accounts.model import AccountChange, Standing, UserId
from instagram_core.memory.posts import InMemoryPostRepository, InMemoryViewerState
from instagram_core.posts.hydration import PostHydrator
from instagram_core.posts.model import PostChange, PostId, PostState, SharedPost
from tests.unit.instagram_core.world import World


class Posts(InMemoryPostRepository):
    """Remembers what was asked for."""

    asked: list[frozenset[PostId]]

    async def get_many(self, posts: Iterable[PostId]) -> Mapping[PostId, SharedPost]:
        """Give posts."""
        posts = list(posts)
        self.asked.append(frozenset(posts))
        return await super().get_many(posts)


class States(InMemoryViewerState):
    """Counts how often it was asked, and lets something happen afterwards."""

    asked = 0
    meanwhile: Callable[[], Awaitable[object]] | None = None

    async def states(
        self, viewer: UserId | None, posts: Iterable[PostId]
    ) -> Mapping[PostId, PostState]:
        """Give states."""
        self.asked += 1
        found = await super().states(viewer, posts)
        if self.meanwhile is not None:
            await self.meanwhile()
        return found


class Reading:
    """A hydrator, and what it reads."""

    def __init__(self, world: World, held: int) -> None:
        self.posts = Posts(world.database)
        self.posts.asked = []
        self.states = States(world.database)
        self.hydrator = PostHydrator(posts=self.posts, states=self.states, held=held)

    async def captions(self, viewer: UserId | None, posts: Collection[PostId]) -> list[str]:
        """Give what a viewer reads under the posts they may see."""
        views = await self.hydrator.views(viewer, tuple(posts))
        return [view.post.caption for view in views]

    def taken(self) -> tuple[list[frozenset[PostId]], int]:
        """Give what was asked since: the posts, and how often for states."""
        taken = self.posts.asked, self.states.asked
        self.posts.asked, self.states.asked = [], 0
        return taken


@pytest.fixture
def reading(world: World) -> Reading:
    """Give one that holds ten posts."""
    return Reading(world, 10)


async def test_a_warm_page_reads_states_alone(world: World, reading: Reading) -> None:
    """Once for the whole page, whoever looks; what is not at hand is read beside it."""
    ann, bob = await world.scene.users(2)
    posts = [await world.scene.post(ann) for _ in range(4)]

    await reading.hydrator.views(ann, posts[:3])
    assert reading.taken() == ([frozenset(posts[:3])], 1)
    await reading.hydrator.views(bob, posts[:3])
    assert reading.taken() == ([], 1)
    views = await reading.hydrator.views(bob, posts)
    assert reading.taken() == ([frozenset(posts[3:])], 1)
    assert posts == [view.post.id for view in views]


async def test_posts_and_states_are_read_at_the_same_time(world: World, reading: Reading) -> None:
    """The states do not wait for the posts, nor these for them."""
    post = await world.scene.post(await world.scene.user())
    read = asyncio.Event()

    async def until_posts_are_read() -> None:
        async with asyncio.timeout(1):
            await read.wait()

    async def get_many(posts: Iterable[PostId]) -> Mapping[PostId, SharedPost]:
        read.set()
        return await world.family.posts.get_many(posts)

    reading.posts.get_many = get_many  # type: ignore[method-assign]
    reading.states.meanwhile = until_posts_are_read
    assert len(await reading.hydrator.views(None, [post])) == 1


async def test_only_what_changed_is_read_anew(world: World, reading: Reading) -> None:
    """In a second turn, and then it is held as it is now."""
    ann, bob = await world.scene.users(2)
    edited, other = await world.scene.post(ann), await world.scene.post(bob)
    await reading.hydrator.views(None, [edited, other])
    reading.taken()
    await world.family.posts.edit(edited, ann, PostChange(caption="new"))

    assert await reading.captions(None, [edited, other]) == ["new", ""]
    assert reading.taken() == ([frozenset({edited})], 1)
    assert await reading.captions(None, [edited]) == ["new"]
    assert reading.taken() == ([], 1)


async def test_what_happens_to_an_author_shows_at_once(world: World, reading: Reading) -> None:
    """Names, privacy, suspension and return, to a reader who had seen the post before."""
    ann, bob = await world.scene.users(2)
    post = await world.scene.post(ann)
    assert len(await reading.hydrator.views(bob, [post])) == 1

    async def seen(change: AccountChange) -> list[str]:
        await world.family.users.change(ann, change)
        return [view.author.display_name for view in await reading.hydrator.views(bob, [post])]

    assert await seen(AccountChange(display_name="Anna")) == ["Anna"]
    assert await seen(AccountChange(is_private=True)) == []
    assert await seen(AccountChange(is_private=False)) == ["Anna"]
    assert await seen(AccountChange(standing=Standing.SUSPENDED)) == []
    assert await seen(AccountChange(standing=Standing.ACTIVE)) == ["Anna"]
    await world.family.posts.delete(post)
    assert await seen(AccountChange(display_name="Ann")) == []


async def test_nothing_leaks_from_one_viewer_to_another(world: World, reading: Reading) -> None:
    """Neither a post of a private account, nor an upload, nor a mark."""
    ann = await world.scene.user(is_private=True)
    friend, stranger = await world.scene.users(2)
    await world.scene.follow(friend, ann)
    post, upload = await world.scene.post(ann), await world.scene.upload(ann)
    await world.services.likes.like(friend, post)

    mine = await reading.hydrator.views(ann, [post, upload])
    theirs = await reading.hydrator.views(friend, [post, upload])
    assert [[post, upload], [post]] == [[v.post.id for v in views] for views in (mine, theirs)]
    assert [views[0].state.is_liked for views in (mine, theirs)] == [False, True]
    assert await reading.hydrator.views(stranger, [post, upload]) == ()
    assert await reading.hydrator.views(None, [post, upload]) == ()


async def test_a_change_after_the_states_does_no_harm(world: World, reading: Reading) -> None:
    """What was read beside them is shown; the next look finds the change."""
    ann = await world.scene.user()
    post = await world.scene.post(ann)
    await reading.hydrator.views(None, [post])

    async def edit() -> None:
        await world.family.posts.edit(post, ann, PostChange(caption="late"))

    reading.states.meanwhile = edit
    assert await reading.captions(None, [post]) == [""]
    reading.states.meanwhile = None
    assert await reading.captions(None, [post]) == ["late"]


async def test_those_asked_for_the_longest_ago_are_let_go(world: World) -> None:
    """So that a process does not grow; looking at one keeps it."""
    reading = Reading(world, 2)
    ann = await world.scene.user()
    one, two, three = [await world.scene.post(ann) for _ in range(3)]
    for asked in (one, two, one, three):
        await reading.hydrator.views(None, [asked])
    reading.taken()

    assert await reading.captions(None, [one, three]) == ["", ""]
    assert reading.taken() == ([], 1)
    await reading.hydrator.views(None, [two])
    assert reading.taken() == ([frozenset({two})], 1)


async def test_nothing_is_held_where_nothing_may_be(world: World) -> None:
    """And a page larger than all that may be held is shown whole."""
    ann = await world.scene.user()
    posts = [await world.scene.post(ann) for _ in range(3)]
    for held in (0, 2):
        reading = Reading(world, held)
        for _ in range(2):
            assert len(await reading.hydrator.views(None, posts)) == 3
        assert len(reading.taken()[0]) == 2
