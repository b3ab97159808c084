"""Sessions: starting, checking, listing and ending them."""

import base64
from functools import partial

import pytest

from instagram_core.accounts.errors import SessionInvalidError, SessionNotFound
from instagram_core.accounts.model import Role, Session, SessionId, UserId
from instagram_core.accounts.ports import SessionStore
from instagram_core.accounts.service import Device, Sessions
from instagram_core.accounts.tokens import SessionTokens
from instagram_core.kernel.clock import to_milliseconds
from instagram_core.kernel.signing import Signer
from instagram_core.testing.paging import walk
from tests.unit.instagram_core.world import World

DAY = 24 * 3600


async def start(world: World, user: UserId) -> tuple[Session, str]:
    """Open a session of somebody."""
    return await world.services.accounts.sessions.start(user, Role.USER, Device())


async def stored_use(world: World, token: str) -> int:
    """Give the last use that the store knows."""
    owner = world.services.accounts.sessions.owner(token)
    assert owner is not None
    found = await world.family.sessions.find(owner, SessionTokens.digest(token))
    assert found is not None
    return found.last_used_at


@pytest.fixture
def sessions(world: World) -> Sessions:
    """Give the use case."""
    return world.services.accounts.sessions


async def test_a_session_ends_24_hours_after_its_last_use(world: World, sessions: Sessions) -> None:
    """To the millisecond."""
    _, token = await start(world, await world.scene.user())

    world.clock.advance(DAY - 0.001)
    session = await sessions.authenticate(token)
    world.clock.advance(DAY)
    with pytest.raises(SessionInvalidError):
        await sessions.authenticate(token)

    assert session.last_used_at == session.created_at


async def test_each_use_makes_a_session_last_another_24_hours(
    world: World, sessions: Sessions
) -> None:
    """Who comes every day stays signed in for ever."""
    _, token = await start(world, await world.scene.user())

    for _ in range(30):
        world.clock.advance(DAY - 1)
        await sessions.authenticate(token)

    world.clock.advance(DAY - 1)
    await sessions.authenticate(token)


async def test_the_last_use_is_stored_to_the_minute(world: World, sessions: Sessions) -> None:
    """Reading does not write: within a minute the stored use stands still."""
    session, token = await start(world, await world.scene.user())

    world.clock.advance(59.999)
    await sessions.authenticate(token)
    within = await stored_use(world, token)
    world.clock.advance(0.001)
    await sessions.authenticate(token)

    assert within == session.created_at
    assert await stored_use(world, token) == session.created_at + 60_000


async def test_a_clock_that_steps_back_takes_nothing_back(world: World, sessions: Sessions) -> None:
    """The last use never moves to the past, and the session stays good."""
    session, token = await start(world, await world.scene.user())

    world.clock.advance(-3600)
    await sessions.authenticate(token)

    assert await stored_use(world, token) == session.created_at


async def test_the_token_is_not_kept_anywhere(world: World) -> None:
    """The store holds its hash, which is not what signs in."""
    session, token = await start(world, await world.scene.user())

    assert session.token_hash == SessionTokens.digest(token)
    assert token not in repr(session)


class ForbiddenStore:
    """A store that nobody may ask."""

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"the store was asked to {name}")


async def test_a_forged_token_asks_no_store(world: World) -> None:
    """Whoever invents tokens costs the database nothing."""
    forbidden: SessionStore = ForbiddenStore()  # type: ignore[assignment]
    tokens = SessionTokens(Signer(b"secret of the tests"))
    guarded = Sessions(store=forbidden, tokens=tokens, clock=world.clock, ids=world.ports.ids)

    for token in ("", "x", "A" * 64, base64.urlsafe_b64encode(bytes(48)).decode()):
        with pytest.raises(SessionInvalidError):
            await guarded.authenticate(token)
        assert guarded.owner(token) is None


async def test_a_sealed_token_without_a_session_is_not_good(
    world: World, sessions: Sessions
) -> None:
    """The seal shows who issued it, the store whether it still holds."""
    user = await world.scene.user()
    token = SessionTokens(Signer(b"secret of the tests")).issue(user)

    assert sessions.owner(token) == user
    with pytest.raises(SessionInvalidError):
        await sessions.authenticate(token)


async def test_the_role_is_the_accounts_as_it_is_now(world: World, sessions: Sessions) -> None:
    """A promotion or its end holds from the next request on."""
    user = await world.scene.user()
    _, token = await start(world, user)

    roles = []
    for role in (Role.ADMIN, Role.VERIFIED, Role.USER):
        await world.services.accounts.administration.assign(user, role)
        roles.append((await sessions.authenticate(token)).role)

    assert roles == [Role.ADMIN, Role.VERIFIED, Role.USER]


async def test_the_list_holds_ones_own_living_sessions_newest_first(
    world: World, sessions: Sessions
) -> None:
    """Neither those of others nor those that are over."""
    user, other = await world.scene.users(2)
    over, _ = await start(world, user)
    world.clock.advance(DAY)
    living = []
    for _ in range(5):
        living.append((await start(world, user))[0])
        world.clock.advance(1)
    await start(world, other)

    listed = await walk(partial(sessions.page, user))

    assert listed == living[::-1]
    assert over not in listed


async def test_one_ends_one_session(world: World, sessions: Sessions) -> None:
    """The others stay; ending it again finds nothing."""
    user = await world.scene.user()
    (first, first_token), (_, second_token) = await start(world, user), await start(world, user)

    await sessions.end(user, first.id)

    await sessions.authenticate(second_token)
    with pytest.raises(SessionInvalidError):
        await sessions.authenticate(first_token)
    with pytest.raises(SessionNotFound):
        await sessions.end(user, first.id)


async def test_nobody_ends_the_session_of_another(world: World, sessions: Sessions) -> None:
    """Its id answers as one that does not exist."""
    user, other = await world.scene.users(2)
    session, token = await start(world, user)

    for unknown in (session.id, SessionId(world.ports.ids.new())):
        with pytest.raises(SessionNotFound):
            await sessions.end(other, unknown)

    await sessions.authenticate(token)


async def test_one_ends_all_sessions_but_this(world: World, sessions: Sessions) -> None:
    """It is told how many ended; those of others are not touched."""
    user, other = await world.scene.users(2)
    this, token = await start(world, user)
    ended = [(await start(world, user))[1] for _ in range(3)]
    _, others = await start(world, other)

    assert await sessions.end_others(this) == 3

    await sessions.authenticate(token)
    await sessions.authenticate(others)
    for each in ended:
        with pytest.raises(SessionInvalidError):
            await sessions.authenticate(each)


@pytest.mark.parametrize(
    ("said", "stored"),
    [("curl/8", "curl/8"), ("a\0b\nc\ud800d", "abcd"), ("x" * 1000, "x" * 300), ("ü 🙂", "ü 🙂")],
)
def test_what_a_client_says_of_itself_is_cut_to_a_storable_text(said: str, stored: str) -> None:
    """A header may hold anything: no store must choke on it."""
    assert Device(user_agent=said).user_agent == stored


async def test_sweeping_forgets_sessions_that_are_over_and_no_other(world: World) -> None:
    """In as many rounds as it takes."""
    user = await world.scene.user()
    for _ in range(3):
        await start(world, user)
    world.clock.advance(1)
    _, token = await start(world, user)
    world.clock.advance(DAY)

    assert await world.services.accounts.closing.sweep() == 3
    assert await world.services.accounts.closing.sweep() == 0
    assert await stored_use(world, token) == to_milliseconds(world.clock.now()) - DAY * 1000
