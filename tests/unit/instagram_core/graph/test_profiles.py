"""Profiles, as one viewer may see them."""

import pytest

from instagram_core.accounts.errors import UserNotFound
from instagram_core.accounts.model import ProfileCounts, Standing, UserId
from instagram_core.graph.model import PersonalList
from instagram_core.visibility.model import Relationship
from tests.unit.instagram_core.world import World


async def test_a_profile_shows_numbers_and_what_the_person_is_to_the_viewer(world: World) -> None:
    """Exact counts, and every flag of the relationship."""
    user, viewer, third = await world.scene.users(3)
    await world.scene.follow(viewer, user)
    await world.scene.follow(user, viewer)
    await world.scene.follow(third, user)
    for which in PersonalList:
        await world.services.graph.personal.put(which, viewer, user)
    await world.scene.post(user)

    profile = await world.services.graph.profiles.profile(viewer, user)

    assert profile.user.id == user
    assert profile.counts == ProfileCounts(followers=2, following=1, posts=1)
    assert profile.sight.relationship == Relationship(
        following=True, followed_by=True, muting=True, close_friend=True
    )


async def test_whoever_is_not_signed_in_sees_a_profile_without_relationship(world: World) -> None:
    """Public things may be read without a session."""
    user = await world.scene.user()

    profile = await world.services.graph.profiles.profile(None, user)

    assert profile.sight.viewer is None
    assert profile.sight.relationship == Relationship()


async def test_a_private_account_shows_its_profile_to_strangers(world: World) -> None:
    """Else nobody could ask to follow it; the request shows."""
    private = await world.scene.user(is_private=True)
    asking, stranger = await world.scene.users(2)
    await world.scene.request(asking, private)
    profiles = world.services.graph.profiles

    assert (await profiles.profile(stranger, private)).user.is_private
    assert (await profiles.profile(None, private)).user.is_private
    assert (await profiles.profile(asking, private)).sight.relationship == Relationship(
        requested=True
    )


async def test_a_profile_that_may_not_be_seen_is_not_found(world: World) -> None:
    """Unknown, suspended, deleted, blocking: the same answer, by id and by name."""
    viewer, suspended, deleted, blocker = await world.scene.users(4)
    names = {
        each: (await world.services.graph.profiles.me(each)).account.user.username
        for each in (suspended, deleted, blocker)
    }
    await world.scene.set_standing(suspended, Standing.SUSPENDED)
    await world.scene.set_standing(deleted, Standing.DELETED)
    await world.scene.block(blocker, viewer)
    profiles = world.services.graph.profiles

    for user in (UserId(world.ports.ids.new()), suspended, deleted, blocker):
        with pytest.raises(UserNotFound):
            await profiles.profile(viewer, user)
    for name in ("nobody", *names.values()):
        with pytest.raises(UserNotFound):
            await profiles.profile_of_name(viewer, name)


async def test_a_profile_is_found_by_its_name_in_any_case(world: World) -> None:
    """A name that was written in capitals is the same name."""
    user = await world.scene.user()
    name = (await world.services.graph.profiles.me(user)).account.user.username

    for spelling in (name, name.upper()):
        found = await world.services.graph.profiles.profile_of_name(None, spelling)
        assert found.user.id == user


@pytest.mark.parametrize("form", ["{}@example.org", "{}\0", " {}", "@{}", ""])
async def test_what_is_not_the_name_finds_nobody(world: World, form: str) -> None:
    """Above all not the e-mail address: whose it is, is private."""
    user = await world.scene.user()
    name = (await world.services.graph.profiles.me(user)).account.user.username

    with pytest.raises(UserNotFound):
        await world.services.graph.profiles.profile_of_name(None, form.format(name))


async def test_ones_own_account_has_address_and_numbers(world: World) -> None:
    """A deleted one is not there any more."""
    user = await world.scene.user()
    await world.scene.post(user)

    me = await world.services.graph.profiles.me(user)
    await world.scene.set_standing(user, Standing.DELETED)

    assert me.account.email == f"{me.account.user.username}@example.org"
    assert me.counts == ProfileCounts(posts=1)
    with pytest.raises(UserNotFound):
        await world.services.graph.profiles.me(user)
