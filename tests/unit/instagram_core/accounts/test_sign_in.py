"""Registering, signing in, and changing the password."""

import asyncio
import contextvars
from collections.abc import Callable, Coroutine

import pytest

from instagram_core.accounts.errors import (
    EmailTakenError,
    SessionInvalidError,
    UsernameTakenError,
    UserNotFound,
    WrongLoginError,
    WrongPasswordError,
)
from instagram_core.accounts.model import Role, Session
from instagram_core.accounts.service import Device, SignedIn
from instagram_core.kernel.errors import InvalidError
from instagram_core.memory.sessions import InMemorySessionStore
from instagram_core.testing.scene import QUEUES
from tests.unit.instagram_core.world import World

HERE = Device(address="192.0.2.1", user_agent="tests")
PASSWORD = "correct horse"


async def register(world: World, username: str = "ada", **named: str) -> SignedIn:
    """Register somebody with a good e-mail address and password."""
    given = {"email": f"{username}@example.org", "password": PASSWORD, **named}
    return await world.services.accounts.sign_in.register(username=username, device=HERE, **given)


async def login(world: World, name: str = "ada", password: str = PASSWORD) -> SignedIn:
    """Sign in."""
    return await world.services.accounts.sign_in.login(login=name, password=password, device=HERE)


async def test_registering_signs_in(world: World) -> None:
    """The token works at once, and names a session on this device."""
    signed_in = await register(world)

    session = await world.services.accounts.sessions.authenticate(signed_in.token)

    assert session == signed_in.session
    assert signed_in.user_id == signed_in.account.user.id
    assert (session.user_id, session.role) == (signed_in.account.user.id, Role.USER)
    assert (session.address, session.user_agent) == ("192.0.2.1", "tests")


async def test_registering_announces_itself(world: World) -> None:
    """The event is stored with the account."""
    signed_in = await register(world)

    (job,) = await world.family.jobs.lease(QUEUES, 10, 60)

    assert (job.kind, job.payload) == ("registered", {"user_id": str(signed_in.account.user.id)})


async def test_capitals_of_a_username_are_folded_and_the_address_is_kept(world: World) -> None:
    """The name is one for everybody; mail goes to the address as it was written."""
    account = (await register(world, "Ada.L", email="Ada.L@Example.org")).account

    assert account.user.username == "ada.l"
    assert account.email == "Ada.L@Example.org"


async def test_the_display_name_defaults_to_the_username(world: World) -> None:
    """As folded; one that is given stays as written."""
    plain = await register(world, "Ada")
    named = await register(world, "bea", display_name=" Bea ✨ ")

    assert plain.account.user.display_name == "ada"
    assert named.account.user.display_name == " Bea ✨ "


@pytest.mark.parametrize("name", ["ada", "ADA"])
async def test_a_username_is_taken_whatever_its_case(world: World, name: str) -> None:
    """Nothing is stored of the second attempt: its address stays free."""
    await register(world, "Ada")

    with pytest.raises(UsernameTakenError):
        await register(world, name, email="other@example.org")

    await register(world, "bea", email="other@example.org")


@pytest.mark.parametrize("address", ["ada@example.org", "ADA@EXAMPLE.ORG"])
async def test_an_address_is_taken_whatever_its_case(world: World, address: str) -> None:
    """Nothing is stored of the second attempt: its name stays free."""
    await register(world, "ada")

    with pytest.raises(EmailTakenError):
        await register(world, "bea", email=address)

    await register(world, "bea")


@pytest.mark.parametrize(
    ("field", "value"),
    [("username", "a"), ("email", "a"), ("password", "short"), ("display_name", " ")],
)
async def test_a_refused_registration_names_the_field(world: World, field: str, value: str) -> None:
    """And no hash is made, which would be work for nothing."""
    given = {"username": "ada", field: value}

    with pytest.raises(InvalidError) as refused:
        await register(world, **given)

    assert refused.value.field == field


async def test_the_password_is_stored_hashed_and_never_shown(world: World) -> None:
    """Neither account, session nor token appear in what a log would print."""
    signed_in = await register(world)

    assert signed_in.account.password_hash == f"1:{PASSWORD}"
    assert PASSWORD not in repr(signed_in)
    assert signed_in.token not in repr(signed_in)


@pytest.mark.parametrize(
    "name", ["ada", "ADA", " ada ", "ada@example.org", "ADA@example.ORG", "\tada@example.org\n"]
)
async def test_one_signs_in_with_name_or_address(world: World, name: str) -> None:
    """Any case, and with white space around it, as keyboards add it."""
    registered = await register(world)

    signed_in = await login(world, name)

    assert signed_in.account == registered.account
    assert signed_in.session.id != registered.session.id


async def test_each_sign_in_is_a_session_of_its_own(world: World) -> None:
    """Two devices have two tokens, and both work."""
    tokens = [(await register(world)).token, (await login(world)).token]

    owners = [(await world.services.accounts.sessions.authenticate(t)).user_id for t in tokens]

    assert tokens[0] != tokens[1]
    assert owners[0] == owners[1]


@pytest.mark.parametrize("name", ["bea", "", "ada\0", "bea@example.org", "ada@", "x" * 1000])
async def test_an_unknown_name_takes_the_same_work_as_a_wrong_password(
    world: World, name: str
) -> None:
    """One verification either way, and the same error: names cannot be told by time or words."""
    await register(world)
    world.passwords.verified.clear()

    with pytest.raises(WrongLoginError) as unknown:
        await login(world, name)
    with pytest.raises(WrongLoginError) as wrong:
        await login(world, "ada", "wrong password")

    assert world.passwords.verified == [None, f"1:{PASSWORD}"]
    assert (unknown.value.args, unknown.value.code) == (wrong.value.args, wrong.value.code)


async def test_a_suspended_or_deleted_account_answers_as_a_wrong_password_does(
    world: World,
) -> None:
    """With the right password, after the same work."""
    user = (await register(world)).account.user.id
    world.passwords.verified.clear()

    await world.services.accounts.administration.suspend(user)
    with pytest.raises(WrongLoginError):
        await login(world)
    await world.services.accounts.closing.delete(user)
    with pytest.raises(WrongLoginError):
        await login(world)

    assert len(world.passwords.verified) == 2


async def test_an_old_hash_is_renewed_at_sign_in(world: World) -> None:
    """With today's settings, for the same password."""
    await register(world)
    world.passwords.settings = 2

    renewed = await login(world)
    again = await login(world)

    assert renewed.account.password_hash == f"2:{PASSWORD}"
    assert again.account == renewed.account


async def test_a_wrong_password_renews_nothing(world: World) -> None:
    """Else anybody could set a password after a change of settings."""
    user = (await register(world)).account.user.id
    world.passwords.settings = 2

    with pytest.raises(WrongLoginError):
        await login(world, "ada", "wrong password")

    account = await world.family.users.account(user)
    assert account is not None
    assert account.password_hash == f"1:{PASSWORD}"


@pytest.mark.parametrize("settings", [1, 2])
async def test_a_sign_in_does_not_outlive_a_change_of_the_password(
    world: World, settings: int
) -> None:
    """Begun with the old password and overtaken: it is refused, and the new password stays."""
    first = await register(world)
    administration = world.services.accounts.administration
    user = first.account.user.id
    world.passwords.meanwhile = [lambda: administration.reset_password(user, "a new password")]
    world.passwords.settings = settings

    with pytest.raises(WrongLoginError):
        await login(world)

    assert (await world.services.accounts.sessions.page(user, None, 10)).items == ()
    await login(world, "ada", "a new password")
    with pytest.raises(WrongLoginError):
        await login(world)


class OvertakenSessions(InMemorySessionStore):
    """Lets somebody else try something in the moment before a session is stored."""

    def __init__(self, world: World, act: Callable[[], Coroutine[None, None, None]]) -> None:
        """Let `act` be tried."""
        super().__init__(world.database)
        self._act = act
        self.tries: list[asyncio.Task[None]] = []

    async def add(self, session: Session) -> None:
        """Store a session, late."""
        # A stranger has no part in our transaction.
        stranger = asyncio.create_task(self._act(), context=contextvars.Context())
        self.tries.append(stranger)
        for _ in range(20):
            await asyncio.sleep(0)
        await super().add(session)


async def test_a_change_of_the_password_waits_for_a_sign_in_that_was_let_in(world: World) -> None:
    """Then it ends its session: no moment is left in which one could slip through."""
    user = (await register(world)).account.user.id
    administration = world.services.accounts.administration
    sessions = OvertakenSessions(
        world, lambda: administration.reset_password(user, "a new password")
    )

    await login(world.rebuilt(sessions=sessions))
    await asyncio.gather(*sessions.tries)

    assert (await world.services.accounts.sessions.page(user, None, 10)).items == ()


async def test_a_sign_in_does_not_outlive_a_suspension(world: World) -> None:
    """Nor is a session left that would be good again after the return."""
    user = (await register(world)).account.user.id
    administration = world.services.accounts.administration
    world.passwords.meanwhile = [lambda: administration.suspend(user)]

    with pytest.raises(WrongLoginError):
        await login(world)
    await administration.reinstate(user)

    assert (await world.services.accounts.sessions.page(user, None, 10)).items == ()


async def test_a_sign_in_overtaken_by_a_deletion_finds_nobody(world: World) -> None:
    """After the same work as for any unknown name."""
    user = (await register(world)).account.user.id
    world.passwords.meanwhile = [lambda: world.services.accounts.closing.delete(user)]

    with pytest.raises(WrongLoginError):
        await login(world)


async def test_two_sign_ins_at_once_both_succeed_while_the_hash_is_renewed(world: World) -> None:
    """One renews it, the other verifies against the new one."""
    await register(world)
    world.passwords.settings = 2
    world.passwords.meanwhile = [lambda: login(world)]

    assert (await login(world)).account.password_hash == f"2:{PASSWORD}"


async def test_changing_the_password_ends_all_other_sessions(world: World) -> None:
    """The one it was changed in stays; the old password is nothing any more."""
    first, second = await register(world), await login(world)
    stranger = await register(world, "bea")

    await world.services.accounts.sign_in.change_password(
        second.session, current=PASSWORD, new="a new password"
    )

    sessions = world.services.accounts.sessions
    assert await sessions.authenticate(second.token) == second.session
    assert await sessions.authenticate(stranger.token) == stranger.session
    with pytest.raises(SessionInvalidError):
        await sessions.authenticate(first.token)
    with pytest.raises(WrongLoginError):
        await login(world)
    await login(world, "ada", "a new password")


async def test_a_wrong_current_password_changes_nothing(world: World) -> None:
    """Whoever finds an open session cannot take the account over."""
    first, second = await register(world), await login(world)

    with pytest.raises(WrongPasswordError):
        await world.services.accounts.sign_in.change_password(
            second.session, current="wrong password", new="a new password"
        )

    assert await world.services.accounts.sessions.authenticate(first.token) == first.session
    await login(world)


async def test_the_password_of_an_account_that_is_deleted_meanwhile_is_not_changed(
    world: World,
) -> None:
    """Nobody is there any more."""
    signed_in = await register(world)
    user = signed_in.account.user.id
    world.passwords.meanwhile = [lambda: world.services.accounts.closing.delete(user)]

    with pytest.raises(UserNotFound):
        await world.services.accounts.sign_in.change_password(
            signed_in.session, current=PASSWORD, new="a new password"
        )


async def test_a_password_that_was_changed_meanwhile_changes_nothing_any_more(
    world: World,
) -> None:
    """Whoever knows the old one cannot take the account back from its owner."""
    intruder = await register(world)
    owner = await login(world)
    sign_in = world.services.accounts.sign_in
    world.passwords.meanwhile = [
        lambda: sign_in.change_password(owner.session, current=PASSWORD, new="the owner's own")
    ]

    with pytest.raises(WrongPasswordError):
        await sign_in.change_password(intruder.session, current=PASSWORD, new="the intruder's")

    assert await world.services.accounts.sessions.authenticate(owner.token) == owner.session
    await login(world, "ada", "the owner's own")


async def test_a_hash_that_is_renewed_meanwhile_does_not_hinder_a_change(world: World) -> None:
    """The password is the same: it is verified once more."""
    session = (await register(world)).session
    world.passwords.settings = 2
    world.passwords.meanwhile = [lambda: login(world)]

    await world.services.accounts.sign_in.change_password(
        session, current=PASSWORD, new="a new password"
    )

    await login(world, "ada", "a new password")


async def test_a_device_need_not_be_told(world: World) -> None:
    """A script has none: the session says nothing of it."""
    sign_in = world.services.accounts.sign_in
    registered = await sign_in.register(username="ada", email="a@b.example", password=PASSWORD)

    signed_in = await sign_in.login(login="ada", password=PASSWORD)

    for session in (registered.session, signed_in.session):
        assert (session.address, session.user_agent) == ("", "")


async def test_a_new_password_that_breaks_a_rule_changes_nothing(world: World) -> None:
    """The error names the field `new`."""
    signed_in = await register(world)

    with pytest.raises(InvalidError) as refused:
        await world.services.accounts.sign_in.change_password(
            signed_in.session, current=PASSWORD, new="short"
        )

    assert refused.value.field == "new"
    await login(world)
