"""What an operator may do to accounts."""

import pytest

from instagram_core.accounts.errors import (
    SessionInvalidError,
    UserNotFound,
    WrongLoginError,
)
from instagram_core.accounts.model import Role, UserId
from instagram_core.accounts.service import Administration, Device, SignedIn
from instagram_core.kernel.errors import InvalidError
from tests.unit.instagram_core.world import World

HERE = Device()
PASSWORD = "correct horse"


@pytest.fixture
def administration(world: World) -> Administration:
    """Give the use case."""
    return world.services.accounts.administration


async def register(world: World, username: str = "ada") -> SignedIn:
    """Register somebody."""
    return await world.services.accounts.sign_in.register(
        username=username, email=f"{username}@example.org", password=PASSWORD, device=HERE
    )


@pytest.mark.parametrize("login", ["ada", "ADA", "ada@example.org"])
async def test_an_account_is_found_by_name_or_address(
    world: World, administration: Administration, login: str
) -> None:
    """Any case."""
    registered = await register(world)

    assert await administration.find(login) == registered.account


@pytest.mark.parametrize("login", ["bea", "", "ada\0"])
async def test_who_is_not_there_is_not_found(
    world: World, administration: Administration, login: str
) -> None:
    """Also with a character that no store can compare."""
    await register(world)

    with pytest.raises(UserNotFound):
        await administration.find(login)


async def test_suspension_ends_all_sessions(world: World, administration: Administration) -> None:
    """At once, on every device; those of others go on."""
    signed_in, other = await register(world), await register(world, "bea")

    await administration.suspend(signed_in.account.user.id)

    sessions = world.services.accounts.sessions
    with pytest.raises(SessionInvalidError):
        await sessions.authenticate(signed_in.token)
    await sessions.authenticate(other.token)


async def test_suspension_takes_out_of_sight_and_reinstatement_brings_back(
    world: World, administration: Administration
) -> None:
    """The profile is not found meanwhile; ended sessions stay ended."""
    signed_in = await register(world)
    user = signed_in.account.user.id
    profile = world.services.graph.profiles.profile

    await administration.suspend(user)
    with pytest.raises(UserNotFound):
        await profile(None, user)
    await administration.reinstate(user)

    assert (await profile(None, user)).user.username == "ada"
    with pytest.raises(SessionInvalidError):
        await world.services.accounts.sessions.authenticate(signed_in.token)


async def test_suspension_and_return_are_announced_and_move_the_generation(
    world: World, administration: Administration
) -> None:
    """Handlers read which it is; addresses of media die each time."""
    user = (await register(world)).account.user
    await world.scene.events()

    generations = [user.media_generation]
    for act in (administration.suspend, administration.reinstate):
        generations.append((await act(user.id)).user.media_generation)
        assert await world.scene.events("standing_changed") == [{"user_id": str(user.id)}]

    assert len(set(generations)) == 3


async def test_suspending_twice_is_suspending_once(
    world: World, administration: Administration
) -> None:
    """The account stays as it is, generation included."""
    user = (await register(world)).account.user.id

    assert await administration.suspend(user) == await administration.suspend(user)


async def test_a_reset_password_ends_every_session(
    world: World, administration: Administration
) -> None:
    """Whoever knew the old one is out."""
    signed_in = await register(world)

    await administration.reset_password(signed_in.account.user.id, "a new password")

    sign_in = world.services.accounts.sign_in
    with pytest.raises(SessionInvalidError):
        await world.services.accounts.sessions.authenticate(signed_in.token)
    with pytest.raises(WrongLoginError):
        await sign_in.login(login="ada", password=PASSWORD, device=HERE)
    await sign_in.login(login="ada", password="a new password", device=HERE)


async def test_an_operator_cannot_set_a_bad_password(
    world: World, administration: Administration
) -> None:
    """The rules hold for everybody, and sessions go on."""
    signed_in = await register(world)

    with pytest.raises(InvalidError):
        await administration.reset_password(signed_in.account.user.id, "short")

    await world.services.accounts.sessions.authenticate(signed_in.token)


async def test_acts_on_nobody_are_refused(world: World, administration: Administration) -> None:
    """Unknown and deleted accounts are the same."""
    deleted = (await register(world)).account.user.id
    await world.services.accounts.closing.delete(deleted)

    for user in (deleted, UserId(world.ports.ids.new())):
        for act in (
            administration.suspend(user),
            administration.reinstate(user),
            administration.assign(user, Role.ADMIN),
            administration.reset_password(user, "a new password"),
        ):
            with pytest.raises(UserNotFound):
                await act
