"""Posts as one viewer may see them."""

from collections.abc import Iterable, Mapping
from functools import partial

import pytest

from instagram_core.accounts.errors import UserNotFound
from instagram_core.accounts.model import Standing, UserId
from instagram_core.kernel.paging import Page, Position
from instagram_core.posts.errors import PostNotFound
from instagram_core.posts.events import PostSubmitted
from instagram_core.posts.hydration import PostHydrator
from instagram_core.posts.model import NewPost, Post, PostChange, PostId, PostView, SharedPost
from instagram_core.posts.ports import PostRepository
from instagram_core.posts.service import PostReading
from instagram_core.testing.paging import walk
from tests.unit.instagram_core.world import World


@pytest.fixture
def reading(world: World) -> PostReading:
    """Give the use case."""
    return world.services.posts.reading


def ids(views: list[PostView]) -> list[PostId]:
    """Give the posts of views."""
    return [view.post.id for view in views]


async def test_a_view_holds_what_depends_on_the_viewer(world: World, reading: PostReading) -> None:
    """Likes are counted for all and marked for oneself."""
    author, fan, other = await world.scene.users(3)
    post = await world.scene.post(author)
    for user in (fan, other):
        await world.services.likes.like(user, post)
    await world.services.likes.unlike(other, post)

    liked = {v: (await reading.post(v, post)).state for v in (fan, other, author, None)}

    assert {viewer: state.is_liked for viewer, state in liked.items()} == {
        fan: True,
        other: False,
        author: False,
        None: False,
    }
    assert {state.like_count for state in liked.values()} == {1}


async def test_posts_of_a_private_account_are_for_followers_and_itself(
    world: World, reading: PostReading
) -> None:
    """A pending follower gets nothing; the answer is that of an unknown id."""
    private = await world.scene.user(is_private=True)
    follower, asking, stranger = await world.scene.users(3)
    await world.scene.follow(follower, private)
    await world.scene.request(asking, private)
    post = await world.scene.post(private)

    for viewer in (follower, private):
        assert (await reading.post(viewer, post)).post.id == post
        assert len((await reading.of_author(viewer, private, None, 10)).items) == 1
    for outsider in (asking, stranger, None):
        with pytest.raises(PostNotFound):
            await reading.post(outsider, post)
        with pytest.raises(UserNotFound):
            await reading.of_author(outsider, private, None, 10)


async def test_a_switch_of_privacy_changes_what_strangers_see_at_once(
    world: World, reading: PostReading
) -> None:
    """There and back."""
    author, stranger = await world.scene.users(2)
    post = await world.scene.post(author)

    await world.scene.set_private(author, is_private=True)
    with pytest.raises(PostNotFound):
        await reading.post(stranger, post)
    await world.scene.set_private(author, is_private=False)

    assert (await reading.post(stranger, post)).post.id == post


@pytest.mark.parametrize("standing", [Standing.SUSPENDED, Standing.DELETED])
async def test_posts_of_who_is_gone_are_not_there(
    world: World, reading: PostReading, standing: Standing
) -> None:
    """Not even for their followers."""
    author, follower = await world.scene.users(2)
    await world.scene.follow(follower, author)
    post = await world.scene.post(author)

    await world.scene.set_standing(author, standing)

    with pytest.raises(PostNotFound):
        await reading.post(follower, post)
    with pytest.raises(UserNotFound):
        await reading.of_author(follower, author, None, 10)


async def test_the_posts_of_a_blocked_account_that_is_suspended_are_not_found(
    world: World, reading: PostReading
) -> None:
    """Its profile is not either: the block must not tell that the account exists."""
    viewer, blocked = await world.scene.users(2)
    await world.scene.block(viewer, blocked)
    await world.scene.set_standing(blocked, Standing.SUSPENDED)
    unknown = UserId(world.ports.ids.new())

    for user in (blocked, unknown):
        with pytest.raises(UserNotFound):
            await reading.of_author(viewer, user, None, 10)


async def test_an_authors_posts_are_in_order_of_publishing(
    world: World, reading: PostReading
) -> None:
    """Not of the upload; unpublished ones are left out, for the author too."""
    author = await world.scene.user()
    uploaded_first, uploaded_second = [await world.scene.upload(author) for _ in range(2)]
    await world.scene.failed_post(author)
    published = []
    for post in (uploaded_second, uploaded_first):
        world.clock.advance(1)
        await world.family.processing.publish(post, (), world.scene.now)
        published.append(post)
    for _ in range(3):
        world.clock.advance(1)
        published.append(await world.scene.post(author))

    walked = await walk(partial(reading.of_author, author, author))

    assert ids(walked) == published[::-1]


class Late(PostRepository):
    """Lists what was there a moment ago."""

    def __init__(self, right: PostRepository, gone: PostId) -> None:
        """Let one post vanish once the first page was listed."""
        self._right = right
        self._gone: PostId | None = gone

    async def page(self, author: UserId, after: Position | None, limit: int) -> Page[PostId]:
        """Give the posts, and then delete one."""
        page = await self._right.page(author, after, limit)
        if self._gone is not None:
            await self._right.delete(self._gone)
            self._gone = None
        return page

    async def get_many(self, posts: Iterable[PostId]) -> Mapping[PostId, SharedPost]:
        """Give what is left."""
        return await self._right.get_many(posts)

    async def add(self, post: NewPost, announce: PostSubmitted) -> None:
        """Not asked for."""
        raise NotImplementedError

    async def edit(self, post: PostId, author: UserId, change: PostChange) -> Post | None:
        """Not asked for."""
        raise NotImplementedError

    async def delete(self, post: PostId, author: UserId | None = None) -> bool:
        """Not asked for."""
        raise NotImplementedError


async def test_a_page_is_full_though_a_post_vanishes_in_the_very_moment(world: World) -> None:
    """While there is more; the cursor goes on from the last one scanned."""
    author = await world.scene.user()
    posts = [await world.scene.post(author, world.scene.now + number) for number in range(5)][::-1]
    late = world.rebuilt(posts=Late(world.family.posts, posts[1]))

    page = await late.services.posts.reading.of_author(None, author, None, 2)

    assert ids(list(page.items)) == [posts[0], posts[2]]
    assert page.next == Position(world.scene.now + 2, posts[2])


async def test_a_post_that_is_not_there_is_not_found(world: World, reading: PostReading) -> None:
    """An unknown id, and one that was deleted."""
    author = await world.scene.user()
    deleted = await world.scene.post(author)
    await world.services.posts.posting.delete(author, deleted)

    for post in (deleted, PostId(world.ports.ids.new())):
        with pytest.raises(PostNotFound):
            await reading.post(author, post)


async def test_views_keep_the_order_they_were_asked_in(world: World) -> None:
    """What may not be seen is left out; nothing asked is nothing read."""
    author, viewer = await world.scene.users(2)
    private = await world.scene.user(is_private=True)
    one, two, three = [await world.scene.post(author) for _ in range(3)]
    hidden, unpublished = await world.scene.post(private), await world.scene.upload(author)
    hydrator = PostHydrator(posts=world.family.posts, states=world.family.states)
    unknown = PostId(world.ports.ids.new())

    asked = [three, hidden, one, unknown, unpublished, two]

    assert ids(list(await hydrator.views(viewer, asked))) == [three, one, two]
    assert await hydrator.views(viewer, []) == ()
