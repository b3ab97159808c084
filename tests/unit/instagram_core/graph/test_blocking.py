"""Blocks: everything between two people ends, and stays ended."""

import pytest

from instagram_core.accounts.errors import UserNotFound
from instagram_core.accounts.model import Standing, UserId
from instagram_core.graph.errors import NotListedError
from instagram_core.graph.model import FollowStatus, PersonalList
from instagram_core.kernel.errors import InvalidError
from instagram_core.posts.errors import PostNotFound
from instagram_core.posts.model import PostId
from instagram_core.visibility.model import Relationship
from tests.unit.instagram_core.world import World


async def entangle(world: World, one: UserId, other: UserId) -> PostId:
    """Let `one` do to `other` all that people can do, and like a post of theirs."""
    post = await world.scene.post(other)
    await world.scene.follow(one, other)
    for which in PersonalList:
        await world.services.graph.personal.put(which, one, other)
    await world.services.likes.like(one, post)
    return post


async def test_a_block_ends_everything_both_ways(world: World) -> None:
    """Follows, close friendship, mutes and likes go, with exact counts."""
    ada, bea = await world.scene.users(2)
    posts = {bea: await entangle(world, ada, bea), ada: await entangle(world, bea, ada)}

    await world.services.graph.blocking.block(ada, bea)

    for user, other in ((ada, bea), (bea, ada)):
        counts = (await world.services.graph.profiles.me(user)).counts
        assert (counts.followers, counts.following) == (0, 0)
        view = await world.services.posts.reading.post(user, posts[user])
        assert view.state.like_count == 0
        sight = (await world.family.sights.sights(user, [other]))[other]
        assert sight.relationship == Relationship(blocking=user == ada)


async def test_a_block_ends_requests_both_ways(world: World) -> None:
    """Neither can be accepted any more, also after unblocking."""
    ada, bea = [await world.scene.user(is_private=True) for _ in range(2)]
    await world.scene.request(ada, bea)
    await world.scene.request(bea, ada)
    blocking = world.services.graph.blocking

    await blocking.block(ada, bea)
    await blocking.unblock(ada, bea)

    for user in (ada, bea):
        assert (await world.services.graph.lists.requests(user, None, 10)).items == ()


async def test_likes_on_third_peoples_posts_stay(world: World) -> None:
    """The count is the same for all; the list leaves the other out."""
    ada, bea, eve = await world.scene.users(3)
    post = await world.scene.post(eve)
    for user in (ada, bea):
        await world.services.likes.like(user, post)

    await world.services.graph.blocking.block(ada, bea)

    for viewer, seen in ((ada, {ada}), (bea, {bea}), (eve, {ada, bea})):
        view = await world.services.posts.reading.post(viewer, post)
        likers = await world.services.likes.likers(viewer, post, None, 10)
        assert view.state.like_count == 2
        assert {user.id for user in likers.items} == seen


async def test_unblocking_brings_nothing_back(world: World) -> None:
    """What ended has ended; both may begin anew."""
    ada, bea = await world.scene.users(2)
    post = await entangle(world, ada, bea)
    blocking = world.services.graph.blocking

    await blocking.block(ada, bea)
    await blocking.unblock(ada, bea)

    assert (await world.services.graph.profiles.me(bea)).counts.followers == 0
    assert (await world.services.posts.reading.post(bea, post)).state.like_count == 0
    assert (await world.services.graph.following.follow(ada, bea)).status is FollowStatus.FOLLOWING


async def test_blocking_twice_is_blocking_once(world: World) -> None:
    """One event; what was built up by others in between stays."""
    ada, bea = await world.scene.users(2)
    await world.scene.events()
    blocking = world.services.graph.blocking

    await blocking.block(ada, bea)
    await blocking.block(ada, bea)

    assert await world.scene.events() == [{"blocker_id": str(ada), "blocked_id": str(bea)}]


async def test_unblocking_who_is_not_blocked_finds_nothing(world: World) -> None:
    """Also when the block is the other's: one is not told of it."""
    ada, bea = await world.scene.users(2)
    await world.scene.block(bea, ada)

    with pytest.raises(NotListedError):
        await world.services.graph.blocking.unblock(ada, bea)


async def test_nobody_blocks_themself(world: World) -> None:
    """Nor unblocks."""
    ada = await world.scene.user()

    for act in (world.services.graph.blocking.block, world.services.graph.blocking.unblock):
        with pytest.raises(InvalidError):
            await act(ada, ada)


async def test_who_is_not_there_cannot_be_blocked(world: World) -> None:
    """Somebody suspended can: they may return."""
    ada, suspended, deleted = await world.scene.users(3)
    await world.scene.set_standing(suspended, Standing.SUSPENDED)
    await world.scene.set_standing(deleted, Standing.DELETED)
    blocking = world.services.graph.blocking

    await blocking.block(ada, suspended)
    for nobody in (deleted, UserId(world.ports.ids.new())):
        with pytest.raises(UserNotFound):
            await blocking.block(ada, nobody)


async def test_two_may_block_each_other(world: World) -> None:
    """Each lifts their own block; the other's holds on."""
    ada, bea = await world.scene.users(2)
    blocking = world.services.graph.blocking
    await blocking.block(ada, bea)
    await blocking.block(bea, ada)

    await blocking.unblock(ada, bea)

    with pytest.raises(UserNotFound):
        await world.services.graph.profiles.profile(ada, bea)


async def test_the_blocked_find_nobody(world: World) -> None:
    """Profile, posts, lists, follows and likes answer as if the person did not exist."""
    ada, bea = await world.scene.users(2)
    post = await world.scene.post(ada)
    await world.services.graph.blocking.block(ada, bea)
    graph, posts = world.services.graph, world.services.posts.reading

    for attempt in (
        graph.profiles.profile(bea, ada),
        graph.lists.followers(bea, ada, None, 10),
        graph.lists.following(bea, ada, None, 10),
        graph.following.follow(bea, ada),
        graph.personal.put(PersonalList.MUTES, bea, ada),
        posts.of_author(bea, ada, None, 10),
    ):
        with pytest.raises(UserNotFound):
            await attempt
    for refused in (
        posts.post(bea, post),
        world.services.likes.like(bea, post),
        world.services.likes.unlike(bea, post),
        world.services.likes.likers(bea, post, None, 10),
    ):
        with pytest.raises(PostNotFound):
            await refused


async def test_the_blocker_still_sees_the_profile_without_posts(world: World) -> None:
    """To unblock them one must find them."""
    ada, bea = await world.scene.users(2)
    post = await world.scene.post(bea)
    await world.services.graph.blocking.block(ada, bea)

    profile = await world.services.graph.profiles.profile(ada, bea)
    page = await world.services.posts.reading.of_author(ada, bea, None, 10)

    assert profile.sight.relationship.blocking
    assert (page.items, page.next) == ((), None)
    with pytest.raises(PostNotFound):
        await world.services.posts.reading.post(ada, post)
    with pytest.raises(UserNotFound):
        await world.services.graph.lists.followers(ada, bea, None, 10)
