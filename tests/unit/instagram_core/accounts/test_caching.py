"""Sessions that are read from copies end when they end."""

from collections.abc import Awaitable, Callable

import attrs
import pytest

from instagram_core.accounts.caching import CachedSessions
from instagram_core.accounts.errors import SessionInvalidError
from instagram_core.accounts.model import CachedSession, Role, Session, UserId
from instagram_core.accounts.ports import SessionCache
from instagram_core.accounts.service import Device
from instagram_core.accounts.tokens import SessionTokens
from instagram_core.assembly import assemble
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.memory.session_cache import InMemorySessionCache
from tests.unit.instagram_core.world import World

PASSWORD = "long enough"


class Cache(SessionCache):
    """Copies in memory, which can be taken away."""

    def __init__(self, within: SessionCache) -> None:
        """Keep them in `within`."""
        self.within = within
        self.is_away = False
        self.forgotten: list[UserId] = []

    async def find(self, user: UserId, token_hash: bytes) -> CachedSession:
        """Give the copy."""
        self._check()
        return await self.within.find(user, token_hash)

    async def put(self, session: Session, ticket: bytes) -> None:
        """Keep a copy."""
        self._check()
        await self.within.put(session, ticket)

    async def forget(self, user: UserId) -> None:
        """Drop what is kept of a user."""
        self._check()
        self.forgotten.append(user)
        await self.within.forget(user)

    def _check(self) -> None:
        if self.is_away:
            raise AdapterUnavailable("the cache is away")


class Store:
    """The store behind the copies: counts what is asked of it, and can be taken away."""

    def __init__(self, right: CachedSessions) -> None:
        """Stand between copies and store."""
        self.right = right._store
        self.asked = 0
        self.is_away = False
        self.meanwhile: Callable[[], Awaitable[object]] | None = None
        right._store = self  # type: ignore[assignment]

    def __getattr__(self, name: str) -> object:
        async def call(*arguments: object, **named: object) -> object:
            self.asked += 1
            if self.is_away:
                raise AdapterUnavailable("the store is away")
            answer = await getattr(self.right, name)(*arguments, **named)
            if name == "find" and (meanwhile := self.meanwhile):
                self.meanwhile = None
                await meanwhile()
            return answer

        return call


@attrs.frozen
class Scene:
    """A world with copies, and somebody who is signed in twice."""

    world: World
    cache: Cache
    store: Store
    user: UserId
    session: Session
    token: str
    other: str

    async def is_in(self, token: str | None = None) -> bool:
        """Tell whether a token, by default the first, still lets in."""
        try:
            await self.world.services.accounts.sessions.authenticate(token or self.token)
        except SessionInvalidError:
            return False
        return True

    async def jobs(self) -> int:
        """Give how many jobs there are to forget copies again."""
        return len(await self.world.scene.events("sessions_changed"))


async def arranged(world: World) -> Scene:
    """Give a scene in which the first session was just read from the store."""
    cache = Cache(InMemorySessionCache(world.clock))
    ports = attrs.evolve(world.ports, session_cache=cache)
    world = attrs.evolve(world, ports=ports, services=assemble(ports))
    accounts = world.services.accounts
    made = await accounts.sign_in.register(
        username="ada", email="ada@example.org", password=PASSWORD
    )
    _, other = await accounts.sessions.start(made.user_id, Role.USER, Device())
    store = Store(accounts.sessions._store)  # type: ignore[arg-type]
    scene = Scene(world, cache, store, made.user_id, made.session, made.token, other)
    assert await scene.is_in()
    assert await scene.is_in(other)
    store.asked = 0
    return scene


async def test_within_a_minute_the_store_is_not_asked(world: World) -> None:
    """After it once is, and the last use is stored."""
    scene = await arranged(world)

    world.clock.advance(59.999)
    assert await scene.is_in()
    assert scene.store.asked == 0
    world.clock.advance(0.001)
    assert await scene.is_in()
    assert scene.store.asked == 2  # read, and the last use moved
    assert await scene.is_in()
    world.clock.advance(59)
    assert await scene.is_in()
    assert scene.store.asked == 3  # read as it is since
    copy = await scene.cache.find(scene.user, scene.session.token_hash)
    assert copy.session is not None
    assert copy.session.last_used_at == scene.session.last_used_at + 60_000


async def end_it(scene: Scene) -> None:
    """End one session."""
    await scene.world.services.accounts.sessions.end(scene.user, scene.session.id)


async def end_others(scene: Scene) -> None:
    """End all but another one."""
    sessions = scene.world.services.accounts.sessions
    await sessions.end_others(await sessions.authenticate(scene.other))


async def change_password(scene: Scene) -> None:
    """Change the password from another session."""
    accounts = scene.world.services.accounts
    session = await accounts.sessions.authenticate(scene.other)
    await accounts.sign_in.change_password(session, current=PASSWORD, new="longer than that")


async def reset_password(scene: Scene) -> None:
    """Set a password as an operator."""
    await scene.world.services.accounts.administration.reset_password(scene.user, "given anew")


async def suspend(scene: Scene) -> None:
    """Suspend the account."""
    await scene.world.services.accounts.administration.suspend(scene.user)


async def delete(scene: Scene) -> None:
    """Delete the account."""
    await scene.world.services.accounts.closing.close(scene.user, PASSWORD)


ENDS = [end_it, end_others, change_password, reset_password, suspend, delete]


@pytest.mark.parametrize("end", ENDS)
async def test_a_session_that_ended_lets_nobody_in(
    world: World, end: Callable[[Scene], Awaitable[None]]
) -> None:
    """At once, however fresh the copy; and a job forgets it again."""
    scene = await arranged(world)

    await end(scene)

    assert not await scene.is_in()
    assert scene.cache.forgotten
    assert await scene.jobs() >= 1


@pytest.mark.parametrize("end", ENDS)
async def test_a_session_ends_although_the_cache_is_away(
    world: World, end: Callable[[Scene], Awaitable[None]]
) -> None:
    """The job that forgets the copies waits until it is back."""
    scene = await arranged(world)
    scene.cache.is_away = True

    await end(scene)

    assert not await scene.is_in()
    scene.cache.is_away = False
    assert await scene.jobs() >= 1
    await scene.world.services.accounts.sessions.renew(scene.user)
    assert not await scene.is_in()


async def test_a_role_holds_from_the_next_request_on(world: World) -> None:
    """A copy with the old one is void."""
    scene = await arranged(world)

    await scene.world.services.accounts.administration.assign(scene.user, Role.ADMIN)

    found = await scene.world.services.accounts.sessions.authenticate(scene.token)
    assert found.role is Role.ADMIN
    assert await scene.jobs() == 1


async def test_a_slow_reader_does_not_revive_what_ended(world: World) -> None:
    """Read before the end and put after it, a copy is not kept."""
    scene = await arranged(world)
    await scene.cache.forget(scene.user)
    scene.store.meanwhile = lambda: end_it(scene)

    assert await scene.is_in()  # it was good when it was read

    assert not await scene.is_in()


async def test_copies_are_forgotten_after_the_commit(world: World) -> None:
    """Until then others read what holds until then, and their copies go as well."""
    scene = await arranged(world)
    family = scene.world.services.accounts.closing  # its transaction is the one with copies
    digest = SessionTokens.digest(scene.token)
    store = scene.world.services.accounts.sessions._store

    async with family._transaction():
        await store.revoke(scene.user)
        assert scene.cache.forgotten == []
        assert await store.find(scene.user, digest) is None
        assert (await scene.cache.find(scene.user, digest)).session is not None
    assert scene.cache.forgotten == [scene.user]


async def test_copies_are_forgotten_after_a_commit_that_failed(world: World) -> None:
    """It may have happened all the same."""
    scene = await arranged(world)
    store = scene.world.services.accounts.sessions._store

    async def lose_the_connection() -> None:
        async with scene.world.services.accounts.closing._transaction():
            await store.revoke(scene.user)
            raise AdapterUnavailable("the connection was lost")

    with pytest.raises(AdapterUnavailable):
        await lose_the_connection()

    assert scene.cache.forgotten == [scene.user]
    assert await scene.is_in()


async def test_old_copies_are_used_while_the_store_is_away(world: World) -> None:
    """For as long as a session lives without being used."""
    scene = await arranged(world)
    scene.store.is_away = True

    world.clock.advance(24 * 3600 - 1)
    assert await scene.is_in()
    world.clock.advance(1)
    with pytest.raises(AdapterUnavailable):
        await scene.is_in()


async def test_without_a_copy_a_store_that_is_away_is_said_to_be(world: World) -> None:
    """Never that nobody is signed in."""
    scene = await arranged(world)
    scene.store.is_away = True
    await scene.cache.forget(scene.user)

    with pytest.raises(AdapterUnavailable):
        await scene.is_in()
    scene.cache.is_away = True
    with pytest.raises(AdapterUnavailable):
        await scene.is_in()


async def test_without_the_cache_the_store_is_asked(world: World) -> None:
    """Each time."""
    scene = await arranged(world)
    scene.cache.is_away = True

    assert await scene.is_in()
    assert await scene.is_in()
    assert scene.store.asked == 2


async def test_a_forged_token_asks_neither(world: World) -> None:
    """Its seal is checked first."""
    scene = await arranged(world)
    scene.cache.is_away = scene.store.is_away = True

    assert not await scene.is_in("A" * 64)
