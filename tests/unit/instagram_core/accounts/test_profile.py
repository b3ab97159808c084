"""Changing one's own profile, and what going private or public does."""

from typing import Any

import pytest

from instagram_core.accounts.errors import UserNotFound
from instagram_core.accounts.model import AccountChange, Role, Standing, UserId
from instagram_core.graph.model import FollowStatus
from instagram_core.kernel.errors import InvalidError
from instagram_core.media.model import Size
from tests.unit.instagram_core.world import World, taken_apart


async def test_what_is_not_given_stays(world: World) -> None:
    """A change of one field is a change of one field."""
    user = await world.scene.user()
    edit = world.services.accounts.editing.edit
    await world.scene.events()

    await edit(user, AccountChange(display_name="Ada", bio="b", website="https://a.example"))
    account = await edit(user, AccountChange(bio=""))

    shown = account.user
    assert (shown.display_name, shown.bio, shown.website) == ("Ada", "", "https://a.example")
    assert await world.family.users.account(user) == account
    assert await world.scene.events() == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("display_name", " "),
        ("display_name", "x" * 65),
        ("bio", "x" * 501),
        ("bio", "\0"),
        ("website", "javascript:alert(1)"),
    ],
)
async def test_a_refused_change_names_the_field_and_changes_nothing(
    world: World, field: str, value: str
) -> None:
    """Not even the good fields beside it."""
    user = await world.scene.user()
    before = await world.family.users.account(user)
    given: dict[str, Any] = {"is_private": True, field: value}

    with pytest.raises(InvalidError) as refused:
        await world.services.accounts.editing.edit(user, AccountChange(**given))

    assert refused.value.field == field
    assert await world.family.users.account(user) == before


@pytest.mark.parametrize(
    "change",
    [
        AccountChange(role=Role.ADMIN),
        AccountChange(standing=Standing.DELETED),
        AccountChange(password_hash="1:mine"),
    ],
)
async def test_nobody_edits_their_own_role_standing_or_hash(
    world: World, change: AccountChange
) -> None:
    """These belong to other use cases: handing them to this one is a defect of the caller."""
    user = await world.scene.user()
    before = await world.family.users.account(user)

    with pytest.raises(ValueError, match="profile"):
        await world.services.accounts.editing.edit(user, change)

    assert await world.family.users.account(user) == before


async def test_going_public_accepts_everybody_who_waits(world: World) -> None:
    """Each is announced as a follow, the counts are right, nobody waits any more."""
    private = await world.scene.user(is_private=True)
    waiting = await world.scene.users(3)
    for each in waiting:
        assert await world.scene.request(each, private) is FollowStatus.REQUESTED
    await world.scene.events()

    await world.services.accounts.editing.edit(private, AccountChange(is_private=False))

    lists, profiles = world.services.graph.lists, world.services.graph.profiles
    assert (await lists.requests(private, None, 10)).items == ()
    assert (await profiles.profile(None, private)).counts.followers == 3
    followed = await world.scene.events("followed")
    assert {event["follower_id"] for event in followed} == {str(each) for each in waiting}


@pytest.mark.parametrize("change", [AccountChange(is_private=True), AccountChange(bio="b")])
async def test_other_changes_accept_nobody(world: World, change: AccountChange) -> None:
    """Asking is not enough as long as the account stays private."""
    private = await world.scene.user(is_private=True)
    other = await world.scene.user()
    await world.scene.request(other, private)

    await world.services.accounts.editing.edit(private, change)

    assert (await world.services.graph.lists.requests(private, None, 10)).items != ()


async def test_a_switch_of_privacy_is_announced_and_kills_addresses(world: World) -> None:
    """Media addresses given out before die at once, in both directions."""
    user = await world.scene.user()
    media, edit = world.services.media.addresses, world.services.accounts.editing.edit
    await world.scene.events()

    for is_private in (True, False):
        account = await world.family.users.account(user)
        assert account is not None
        generation = account.user.media_generation
        url = media.give("0" * 32, Size.SMALL, generation=generation, is_restricted=False)
        changed = await edit(user, AccountChange(is_private=is_private))
        address = taken_apart(url)
        assert media.remaining(address, generation) is not None
        assert media.remaining(address, changed.user.media_generation) is None
        assert await world.scene.events("privacy_changed") == [{"user_id": str(user)}]


async def test_a_deleted_account_cannot_be_edited(world: World) -> None:
    """It is gone for everybody, itself included."""
    user = await world.scene.user()
    await world.scene.set_standing(user, Standing.DELETED)

    for gone in (user, UserId(world.ports.ids.new())):
        for change in (AccountChange(bio="b"), AccountChange(is_private=False)):
            with pytest.raises(UserNotFound):
                await world.services.accounts.editing.edit(gone, change)
