"""Lists of people: who may see them, whom they show, and that they page."""

from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from instagram_core.accounts.errors import UserNotFound
from instagram_core.accounts.model import Standing, User, UserId
from instagram_core.graph.errors import NotListedError
from instagram_core.graph.model import PersonalList
from instagram_core.kernel.errors import InvalidError
from instagram_core.kernel.paging import Page, Position
from instagram_core.testing.paging import walk
from tests.unit.instagram_core.world import World

ListOf = Callable[[UserId | None, UserId, Position | None, int], Awaitable[Page[User]]]


def lists_of(world: World) -> tuple[ListOf, ListOf]:
    """Give the two lists that others may see."""
    return world.services.graph.lists.followers, world.services.graph.lists.following


async def befriend(world: World, user: UserId, others: tuple[UserId, ...]) -> None:
    """Make all follow each other, one after the other."""
    for other in others:
        world.clock.advance(1)
        await world.scene.follow(other, user)
        await world.scene.follow(user, other)


async def test_lists_are_newest_first_and_page_without_gap_or_repeat(world: World) -> None:
    """Whatever the length of a page."""
    user = await world.scene.user()
    others = await world.scene.users(5)
    await befriend(world, user, others)

    for listed in lists_of(world):
        for limit in (1, 2, 5, 6):
            walked = await walk(partial(listed, None, user), limit)
            assert [each.id for each in walked] == list(others[::-1])


async def test_lists_of_a_private_account_are_for_followers_and_itself(world: World) -> None:
    """Strangers, people who asked and nobody in particular get the answer of an unknown user."""
    private = await world.scene.user(is_private=True)
    follower, asking, stranger = await world.scene.users(3)
    await befriend(world, private, (follower,))
    await world.scene.request(asking, private)

    for listed in lists_of(world):
        for viewer in (follower, private):
            page = await listed(viewer, private, None, 10)
            assert [user.id for user in page.items] == [follower]
        for outsider in (asking, stranger, None):
            with pytest.raises(UserNotFound):
                await listed(outsider, private, None, 10)


async def test_lists_of_nobody_are_not_found(world: World) -> None:
    """Unknown, suspended and deleted alike."""
    suspended, deleted = await world.scene.users(2)
    await world.scene.set_standing(suspended, Standing.SUSPENDED)
    await world.scene.set_standing(deleted, Standing.DELETED)

    for listed in lists_of(world):
        for nobody in (UserId(world.ports.ids.new()), suspended, deleted):
            with pytest.raises(UserNotFound):
                await listed(None, nobody, None, 10)


async def test_people_in_a_block_with_the_viewer_are_left_out_of_full_pages(world: World) -> None:
    """Either way round; pages are full all the same, and others still see them."""
    user, viewer = await world.scene.users(2)
    others = await world.scene.users(6)
    await befriend(world, user, others)
    await world.scene.block(viewer, others[4])
    await world.scene.block(others[2], viewer)
    seen = [others[5], others[3], others[1], others[0]]

    for listed in lists_of(world):
        walked = await walk(partial(listed, viewer, user))
        assert [each.id for each in walked] == seen
        assert len((await listed(None, user, None, 10)).items) == 6


@pytest.mark.parametrize("standing", [Standing.SUSPENDED, Standing.DELETED])
async def test_who_does_not_take_part_is_in_no_list(world: World, standing: Standing) -> None:
    """Nor in requests and personal lists."""
    user = await world.scene.user(is_private=True)
    gone, asking = await world.scene.users(2)
    await befriend(world, user, (gone,))
    await world.scene.request(asking, user)
    for which in PersonalList:
        await world.services.graph.personal.put(which, user, gone)

    for each in (gone, asking):
        await world.scene.set_standing(each, standing)

    lists = world.services.graph.lists
    assert (await lists.followers(user, user, None, 10)).items == ()
    assert (await lists.following(user, user, None, 10)).items == ()
    assert (await lists.requests(user, None, 10)).items == ()
    for which in PersonalList:
        assert (await lists.personal(which, user, None, 10)).items == ()


async def test_requests_are_those_made_to_oneself_newest_first(world: World) -> None:
    """They page like every list."""
    private, other = [await world.scene.user(is_private=True) for _ in range(2)]
    asking = await world.scene.users(5)
    for each in asking:
        world.clock.advance(1)
        await world.scene.request(each, private)
    await world.scene.request(asking[0], other)

    walked = await walk(partial(world.services.graph.lists.requests, private))

    assert [user.id for user in walked] == list(asking[::-1])


async def test_blocks_are_ones_own_newest_first(world: World) -> None:
    """Those who block one are not told to one."""
    user, blocker = await world.scene.users(2)
    blocked = await world.scene.users(5)
    for each in blocked:
        world.clock.advance(1)
        await world.services.graph.blocking.block(user, each)
    await world.services.graph.blocking.block(blocker, user)

    walked = await walk(partial(world.services.graph.lists.blocks, user))

    assert [each.id for each in walked] == list(blocked[::-1])


@pytest.mark.parametrize("which", list(PersonalList))
async def test_a_personal_list_keeps_people_until_they_are_removed(
    world: World, which: PersonalList
) -> None:
    """Putting is idempotent; removing who is not listed finds nothing."""
    user = await world.scene.user()
    members = await world.scene.users(3)
    personal, lists = world.services.graph.personal, world.services.graph.lists
    for member in members:
        world.clock.advance(1)
        await personal.put(which, user, member)
    world.clock.advance(1)
    await personal.put(which, user, members[0])

    await personal.remove(which, user, members[1])

    walked = await walk(partial(lists.personal, which, user), 1)
    assert [each.id for each in walked] == [members[2], members[0]]
    with pytest.raises(NotListedError):
        await personal.remove(which, user, members[1])


@pytest.mark.parametrize("which", list(PersonalList))
async def test_a_personal_list_takes_nobody_who_is_not_there_for_one(
    world: World, which: PersonalList
) -> None:
    """Unknown, suspended, deleted, blocked and blocking alike; oneself is invalid."""
    user, suspended, deleted, blocked, blocker = await world.scene.users(5)
    await world.scene.set_standing(suspended, Standing.SUSPENDED)
    await world.scene.set_standing(deleted, Standing.DELETED)
    await world.scene.block(user, blocked)
    await world.scene.block(blocker, user)
    personal = world.services.graph.personal

    for nobody in (UserId(world.ports.ids.new()), suspended, deleted, blocked, blocker):
        with pytest.raises(UserNotFound):
            await personal.put(which, user, nobody)
    for act in (personal.put, personal.remove):
        with pytest.raises(InvalidError):
            await act(which, user, user)


async def test_the_two_personal_lists_are_apart(world: World) -> None:
    """A muted person is no close friend."""
    user, member = await world.scene.users(2)
    personal, lists = world.services.graph.personal, world.services.graph.lists

    await personal.put(PersonalList.MUTES, user, member)

    assert (await lists.personal(PersonalList.CLOSE_FRIENDS, user, None, 10)).items == ()
    with pytest.raises(NotListedError):
        await personal.remove(PersonalList.CLOSE_FRIENDS, user, member)


async def test_mutes_are_announced_when_they_change_and_close_friends_never(world: World) -> None:
    """Timelines must be built anew after a mute or unmute, and only then."""
    user, member = await world.scene.users(2)
    personal = world.services.graph.personal
    await world.scene.events()

    kinds = []
    for which in PersonalList:
        for act in (personal.put, personal.put, personal.remove):
            await act(which, user, member)
            kinds.append((which, await world.scene.events()))

    changed = {"owner_id": str(user), "member_id": str(member)}
    assert kinds == [
        (PersonalList.MUTES, [changed]),
        (PersonalList.MUTES, []),
        (PersonalList.MUTES, [changed]),
        (PersonalList.CLOSE_FRIENDS, []),
        (PersonalList.CLOSE_FRIENDS, []),
        (PersonalList.CLOSE_FRIENDS, []),
    ]
