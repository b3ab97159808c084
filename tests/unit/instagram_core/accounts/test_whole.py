"""Acts of several writes happen whole or not at all."""

from collections.abc import Awaitable, Callable
from typing import NoReturn

import pytest

from instagram_core.accounts.model import AccountChange, Session
from instagram_core.accounts.service import Device, SignedIn
from instagram_core.assembly import Services
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.memory.graph import InMemoryFollowRepository
from instagram_core.memory.sessions import InMemorySessionStore
from tests.unit.instagram_core.world import World

PASSWORD = "correct horse"


class AwaySessions(InMemorySessionStore):
    """Finds sessions, but can neither add nor end any."""

    async def add(self, session: Session) -> None:
        """Fail."""
        raise AdapterUnavailable

    async def revoke(self, *_: object, **__: object) -> NoReturn:
        """Fail."""
        raise AdapterUnavailable


class AwayRequests(InMemoryFollowRepository):
    """Accepts nobody."""

    async def accept_all(self, *_: object) -> NoReturn:
        """Fail."""
        raise AdapterUnavailable


async def register(services: Services, username: str) -> SignedIn:
    """Register somebody."""
    return await services.accounts.sign_in.register(
        username=username, email=f"{username}@example.org", password=PASSWORD, device=Device()
    )


Act = Callable[[Services, SignedIn], Awaitable[object]]

ACTS: dict[str, Act] = {
    "register": lambda s, _: register(s, "bea"),
    "change password": lambda s, who: s.accounts.sign_in.change_password(
        who.session, current=PASSWORD, new="a new password"
    ),
    "suspend": lambda s, who: s.accounts.administration.suspend(who.account.user.id),
    "reset password": lambda s, who: s.accounts.administration.reset_password(
        who.account.user.id, "a new password"
    ),
    "close": lambda s, who: s.accounts.closing.close(who.account.user.id, PASSWORD),
    "go public": lambda s, who: s.accounts.editing.edit(
        who.account.user.id, AccountChange(is_private=False)
    ),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
async def test_an_act_that_cannot_be_finished_was_not_begun(world: World, act: Act) -> None:
    """Account, sessions and events are as they were: the act can be tried again."""
    who = await register(world.services, "ada")
    user = who.account.user.id
    await world.scene.set_private(user, is_private=True)
    before = await world.family.users.account(user)
    await world.scene.events()
    away = world.rebuilt(
        sessions=AwaySessions(world.database), follows=AwayRequests(world.database)
    )

    with pytest.raises(AdapterUnavailable):
        await act(away.services, who)

    assert await world.family.users.account(user) == before
    assert await world.services.accounts.sessions.authenticate(who.token) == who.session
    assert await world.scene.events() == []
    await act(world.services, who)
