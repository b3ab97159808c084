"""Likes: any number of times with the effect of one, exactly counted."""

import asyncio
from functools import partial

import pytest

from instagram_core.accounts.model import Standing
from instagram_core.likes.model import LikeOutcome
from instagram_core.likes.service import Likes
from instagram_core.posts.errors import PostNotFound
from instagram_core.posts.model import PostId
from instagram_core.testing.paging import walk
from tests.unit.instagram_core.world import World


@pytest.fixture
def likes(world: World) -> Likes:
    """Give the use case."""
    return world.services.likes


async def test_liking_twice_is_liking_once(world: World, likes: Likes) -> None:
    """The repeat says that it changed nothing; one event is recorded."""
    author, fan = await world.scene.users(2)
    post = await world.scene.post(author)
    await world.scene.events()

    first, second = await likes.like(fan, post), await likes.like(fan, post)

    assert first == LikeOutcome(changed=True, like_count=1)
    assert second == LikeOutcome(changed=False, like_count=1)
    assert await world.scene.events("post_liked") == [{"post_id": str(post), "user_id": str(fan)}]


async def test_taking_a_like_back_twice_is_taking_it_back_once(world: World, likes: Likes) -> None:
    """Without a like there is nothing to take; the count is never negative."""
    author, fan = await world.scene.users(2)
    post = await world.scene.post(author)
    await likes.like(fan, post)
    await world.scene.events()

    outcomes = [await likes.unlike(fan, post) for _ in range(2)]

    assert outcomes == [
        LikeOutcome(changed=True, like_count=0),
        LikeOutcome(changed=False, like_count=0),
    ]
    assert len(await world.scene.events("post_unliked")) == 1


async def test_what_may_not_be_seen_cannot_be_liked(world: World, likes: Likes) -> None:
    """Unknown, private, unpublished, of somebody suspended or blocking: not found."""
    fan, author, suspended, blocker = await world.scene.users(4)
    private = await world.scene.user(is_private=True)
    await world.scene.request(fan, private)
    hidden = [await world.scene.post(each) for each in (private, suspended, blocker)]
    hidden += [await world.scene.upload(author), await world.scene.failed_post(author)]
    hidden.append(PostId(world.ports.ids.new()))
    await world.scene.set_standing(suspended, Standing.SUSPENDED)
    await world.scene.block(blocker, fan)

    for post in hidden:
        for attempt in (
            likes.like(fan, post),
            likes.unlike(fan, post),
            likes.likers(fan, post, None, 10),
        ):
            with pytest.raises(PostNotFound):
                await attempt


async def test_ones_own_like_can_always_be_taken_back(world: World, likes: Likes) -> None:
    """Also when the author went private since."""
    author, fan = await world.scene.users(2)
    post = await world.scene.post(author)
    await likes.like(fan, post)
    await world.scene.set_private(author, is_private=True)

    assert (await likes.unlike(fan, post)).changed
    with pytest.raises(PostNotFound):
        await likes.unlike(fan, post)


async def test_likers_are_newest_first_and_page(world: World, likes: Likes) -> None:
    """A repeat does not move anybody to the top."""
    author = await world.scene.user()
    fans = await world.scene.users(5)
    post = await world.scene.post(author)
    for fan in (*fans, fans[0]):
        world.clock.advance(1)
        await likes.like(fan, post)

    walked = await walk(partial(likes.likers, None, post))

    assert [user.id for user in walked] == list(fans[::-1])


async def test_count_equals_list_after_any_interleaving(world: World, likes: Likes) -> None:
    """Concurrent repeats and undos of many people."""
    author = await world.scene.user()
    fans = await world.scene.users(20)
    post = await world.scene.post(author)
    acts = [likes.like, likes.like, likes.unlike, likes.like, likes.unlike]

    await asyncio.gather(*(act(fan, post) for act in acts * 5 for fan in fans))
    await asyncio.gather(*(likes.like(fan, post) for fan in fans[::2]))

    view = await world.services.posts.reading.post(None, post)
    listed = (await likes.likers(None, post, None, 50)).items
    assert view.state.like_count == len(listed) == 10
