"""Following, asking to, and answering those who ask."""

import asyncio

import pytest

from instagram_core.accounts.errors import UserNotFound
from instagram_core.accounts.model import Standing, UserId
from instagram_core.graph.errors import (
    FollowBlockedError,
    FollowerNotFound,
    FollowRequestNotFound,
)
from instagram_core.graph.model import FollowOutcome, FollowStatus
from instagram_core.graph.service import Following
from instagram_core.kernel.errors import InvalidError
from tests.unit.instagram_core.world import World

FOLLOWING, REQUESTED, NONE = FollowStatus.FOLLOWING, FollowStatus.REQUESTED, FollowStatus.NONE


@pytest.fixture
def following(world: World) -> Following:
    """Give the use case."""
    return world.services.graph.following


async def numbers(world: World, user: UserId) -> tuple[int, int]:
    """Give how many follow somebody, and how many they follow."""
    counts = (await world.services.graph.profiles.me(user)).counts
    return counts.followers, counts.following


async def test_a_public_account_is_followed_at_once(world: World, following: Following) -> None:
    """Both counts move, the event is recorded, and a repeat changes nothing."""
    ada, bea = await world.scene.users(2)
    await world.scene.events()

    first, second = await following.follow(ada, bea), await following.follow(ada, bea)

    assert first == FollowOutcome(status=FOLLOWING, changed=True)
    assert second == FollowOutcome(status=FOLLOWING, changed=False)
    assert (await numbers(world, ada), await numbers(world, bea)) == ((0, 1), (1, 0))
    assert await world.scene.events("followed") == [
        {"follower_id": str(ada), "followee_id": str(bea)}
    ]


async def test_a_private_account_is_asked(world: World, following: Following) -> None:
    """Nothing is counted before the answer, and one request is one event."""
    ada = await world.scene.user()
    private = await world.scene.user(is_private=True)
    await world.scene.events()

    first, second = await following.follow(ada, private), await following.follow(ada, private)

    assert first == FollowOutcome(status=REQUESTED, changed=True)
    assert second == FollowOutcome(status=REQUESTED, changed=False)
    assert await numbers(world, private) == (0, 0)
    assert await world.scene.events("follow_requested") == [
        {"follower_id": str(ada), "followee_id": str(private)}
    ]


async def test_nobody_follows_themself(world: World, following: Following) -> None:
    """Nor stops to, nor removes themself."""
    ada = await world.scene.user()

    for act in (following.follow, following.unfollow, following.remove_follower):
        with pytest.raises(InvalidError) as refused:
            await act(ada, ada)
        assert refused.value.field == "user"


async def test_who_is_not_there_cannot_be_followed(world: World, following: Following) -> None:
    """Unknown, suspended, deleted, and who blocks one: all answer the same."""
    ada, suspended, deleted, blocker = await world.scene.users(4)
    await world.scene.set_standing(suspended, Standing.SUSPENDED)
    await world.scene.set_standing(deleted, Standing.DELETED)
    await world.scene.block(blocker, ada)

    for nobody in (UserId(world.ports.ids.new()), suspended, deleted, blocker):
        with pytest.raises(UserNotFound):
            await following.follow(ada, nobody)


async def test_who_one_blocks_cannot_be_followed(world: World, following: Following) -> None:
    """That is a conflict with one's own block, and says so."""
    ada, bea = await world.scene.users(2)
    await world.scene.block(ada, bea)

    with pytest.raises(FollowBlockedError):
        await following.follow(ada, bea)


async def test_unfollowing_ends_a_follow(world: World, following: Following) -> None:
    """Both counts move back, the event is recorded, and a repeat changes nothing."""
    ada, bea = await world.scene.users(2)
    await following.follow(ada, bea)
    await world.scene.events()

    first, second = await following.unfollow(ada, bea), await following.unfollow(ada, bea)

    assert first == FollowOutcome(status=NONE, changed=True)
    assert second == FollowOutcome(status=NONE, changed=False)
    assert (await numbers(world, ada), await numbers(world, bea)) == ((0, 0), (0, 0))
    assert len(await world.scene.events("unfollowed")) == 1


async def test_unfollowing_withdraws_a_request(world: World, following: Following) -> None:
    """It can no longer be accepted."""
    ada = await world.scene.user()
    private = await world.scene.user(is_private=True)
    await following.follow(ada, private)

    assert await following.unfollow(ada, private) == FollowOutcome(status=NONE, changed=True)

    with pytest.raises(FollowRequestNotFound):
        await following.accept(private, ada)


@pytest.mark.parametrize("standing", [Standing.SUSPENDED, Standing.DELETED])
async def test_unfollowing_is_always_possible(
    world: World, following: Following, standing: Standing
) -> None:
    """Also somebody who is gone by now."""
    ada, bea = await world.scene.users(2)
    await following.follow(ada, bea)
    await world.scene.set_standing(bea, standing)

    assert (await following.unfollow(ada, bea)).changed
    assert await numbers(world, ada) == (0, 0)


async def test_accepting_turns_the_request_into_a_follow(
    world: World, following: Following
) -> None:
    """From then on it is a follow like any other, and it is announced."""
    ada = await world.scene.user()
    private = await world.scene.user(is_private=True)
    await following.follow(ada, private)
    await world.scene.events()

    await following.accept(private, ada)

    assert await following.follow(ada, private) == FollowOutcome(status=FOLLOWING, changed=False)
    assert (await numbers(world, ada), await numbers(world, private)) == ((0, 1), (1, 0))
    assert len(await world.scene.events("followed")) == 1


async def test_a_declined_request_may_be_made_again(world: World, following: Following) -> None:
    """Declining is no block, and nobody is told."""
    ada = await world.scene.user()
    private = await world.scene.user(is_private=True)
    await following.follow(ada, private)
    await world.scene.events()

    await following.decline(private, ada)

    assert await world.scene.events() == []
    assert await following.follow(ada, private) == FollowOutcome(status=REQUESTED, changed=True)


async def test_a_request_that_is_not_there_cannot_be_answered(
    world: World, following: Following
) -> None:
    """Never made, made to somebody else, answered already, or a follow by now."""
    ada, bea = await world.scene.users(2)
    private = await world.scene.user(is_private=True)
    await following.follow(ada, private)
    await following.accept(private, ada)

    for owner, requester in ((private, bea), (private, ada), (bea, ada), (ada, private)):
        for act in (following.accept, following.decline):
            with pytest.raises(FollowRequestNotFound):
                await act(owner, requester)

    assert await numbers(world, private) == (1, 0)


async def test_a_follower_is_removed(world: World, following: Following) -> None:
    """Only their follow of oneself ends, not one's own of them."""
    ada, bea = await world.scene.users(2)
    await following.follow(ada, bea)
    await following.follow(bea, ada)

    await following.remove_follower(ada, bea)

    assert (await numbers(world, ada), await numbers(world, bea)) == ((0, 1), (1, 0))
    with pytest.raises(FollowerNotFound):
        await following.remove_follower(ada, bea)


async def test_counts_are_exact_after_concurrent_repeats_and_undos(
    world: World, following: Following
) -> None:
    """Count equals list on both sides, whatever was interleaved."""
    people = await world.scene.users(4)
    pairs = [(one, other) for one in people for other in people if one != other]
    acts = [act for _ in range(5) for act in (following.follow, following.unfollow)]
    acts.append(following.follow)

    await asyncio.gather(*(act(*pair) for pair in pairs for act in acts))

    lists = world.services.graph.lists
    for user in people:
        followers = (await lists.followers(user, user, None, 50)).items
        followees = (await lists.following(user, user, None, 50)).items
        assert await numbers(world, user) == (len(followers), len(followees)) == (3, 3)
