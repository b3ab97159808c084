"""The contract of copies of sessions: quick to find, and void at once when they have to be."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar

import attrs
from hypothesis import strategies as st

from instagram_core.accounts.model import CachedSession, Role, Session, UserId
from instagram_core.accounts.ports import SessionCache
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.memory.session_cache import InMemorySessionCache
from instagram_core.testing.capabilities import requires
from instagram_core.testing.factories import session
from instagram_core.testing.machine import Machine, StatefulContract, move


class SessionCacheMachine(Machine[SessionCache]):
    """Two sessions of each of two people, and the tickets that were given for them."""

    pauses = st.sampled_from([0.001, 1, 60, 3600])
    number: ClassVar[st.SearchStrategy[int]] = st.integers(0, 3)

    async def prepare(self) -> None:
        """Hold no ticket yet."""
        self.tickets: dict[int, bytes] = {}

    def _session(self, number: int, role: Role = Role.USER) -> Session:
        user = UserId(self.world.id("user", number % 2))
        return attrs.evolve(session(self.world.id("session", number), user), role=role)

    @move(3, number=number)
    async def find(self, number: int) -> object:
        """Look for a copy; tickets differ."""
        wanted = self._session(number)
        found = await self.subject.find(wanted.user_id, wanted.token_hash)
        if found.ticket is not None:
            self.tickets[number] = found.ticket
        age = None if found.session is None else round(found.age_seconds, 3)
        return found.session, age, found.ticket is not None

    @move(3, number=number, role=st.sampled_from(Role))
    async def put(self, number: int, role: Role) -> None:
        """Keep a copy, by the ticket that was given last."""
        if number in self.tickets:
            await self.subject.put(self._session(number, role), self.tickets[number])

    @move(number=number)
    async def forget(self, number: int) -> None:
        """Forget one of the two people."""
        await self.subject.forget(self._session(number).user_id)


class SessionCacheContract(StatefulContract[SessionCache]):
    """What every `SessionCache` does."""

    machine = SessionCacheMachine

    @asynccontextmanager
    async def reference(self) -> AsyncIterator[SessionCache]:
        """Give the in-memory one."""
        yield InMemorySessionCache(self.clock)

    async def touch(self, subject: SessionCache) -> object:
        """Find nothing."""
        return await subject.find(UserId(self.ids.new()), bytes(32))

    def session(self, user: UserId | None = None) -> Session:
        """Give a new session, of somebody new unless told whose."""
        return session(self.ids.new(), user or UserId(self.ids.new()))

    async def found(self, cache: SessionCache, wanted: Session) -> CachedSession:
        """Give what is kept of a session."""
        return await cache.find(wanted.user_id, wanted.token_hash)

    async def ticket(self, cache: SessionCache, wanted: Session) -> bytes:
        """Give what lets one put a copy."""
        ticket = (await self.found(cache, wanted)).ticket
        assert ticket is not None
        return ticket

    async def keep(self, cache: SessionCache, *sessions: Session) -> None:
        """Put copies as whoever missed them does."""
        for one in sessions:
            await cache.put(one, await self.ticket(cache, one))

    async def test_a_copy_is_found_as_it_was_put(self, cache: SessionCache) -> None:
        """Every field of it; by another hash there is nothing."""
        kept = attrs.evolve(self.session(), role=Role.ADMIN, user_agent="Grüße \U0001f984 \\ \"'")
        assert (await self.found(cache, kept)).session is None
        await self.keep(cache, kept)
        assert kept == (await self.found(cache, kept)).session
        assert (await cache.find(kept.user_id, bytes(32))).session is None

    async def test_a_copy_of_somebody_else_is_none(self, cache: SessionCache) -> None:
        """The hash alone finds nothing."""
        kept = self.session()
        await self.keep(cache, kept)
        assert (await cache.find(UserId(self.ids.new()), kept.token_hash)).session is None

    async def test_the_copy_put_last_is_found(self, cache: SessionCache) -> None:
        """It replaces the one before."""
        kept = self.session()
        newer = attrs.evolve(kept, role=Role.ADMIN)
        await self.keep(cache, kept, newer)
        assert newer == (await self.found(cache, kept)).session

    @requires("clock")
    async def test_a_copy_tells_its_age(self, cache: SessionCache) -> None:
        """Counted from its own putting, whatever else is put."""
        kept = self.session()
        await self.keep(cache, kept)
        await self.elapse(61.5)
        await self.keep(cache, self.session(kept.user_id))
        assert round((await self.found(cache, kept)).age_seconds, 3) == 61.5
        await self.keep(cache, kept)
        assert (await self.found(cache, kept)).age_seconds == 0

    @requires("clock")
    async def test_a_copy_lasts_for_as_long_as_the_store_may_be_away(
        self, cache: SessionCache
    ) -> None:
        """Not for the minute alone in which it is fresh."""
        kept = self.session()
        await self.keep(cache, kept)
        await self.elapse(Session.LIFETIME_SECONDS - 1)
        assert kept == (await self.found(cache, kept)).session

    async def test_all_copies_of_who_is_forgotten_are_gone(self, cache: SessionCache) -> None:
        """Those of others stay."""
        one, other = self.session(), self.session()
        two = self.session(one.user_id)
        await self.keep(cache, one, two, other)
        await cache.forget(one.user_id)
        found = [(await self.found(cache, kept)).session for kept in (one, two, other)]
        assert [None, None, other] == found
        await cache.forget(one.user_id)

    async def test_what_was_read_before_forgetting_is_not_kept_after(
        self, cache: SessionCache
    ) -> None:
        """Whoever read the store, and was overtaken by the end of the session, keeps nothing."""
        ended = self.session()
        await self.keep(cache, ended)
        early = [await self.ticket(cache, ended), await self.ticket(cache, ended)]
        await cache.forget(ended.user_id)
        await cache.put(ended, early[0])
        assert (await self.found(cache, ended)).session is None
        # Nor does a later reader's ticket make the old one good again.
        await cache.put(ended, early[1])
        assert (await self.found(cache, ended)).session is None

    async def test_whoever_reads_at_once_may_keep_at_once(self, cache: SessionCache) -> None:
        """Two misses of one person's sessions do not undo each other."""
        one = self.session()
        two = self.session(one.user_id)
        tickets = await asyncio.gather(self.ticket(cache, one), self.ticket(cache, two))
        await asyncio.gather(cache.put(one, tickets[0]), cache.put(two, tickets[1]))
        assert [one, two] == [(await self.found(cache, kept)).session for kept in (one, two)]

    @requires("reopen")
    async def test_processes_share_copies_and_their_end(self, cache: SessionCache) -> None:
        """What one put another finds, and what one forgot nobody finds."""
        kept = self.session()
        async with self.reopen() as other:
            await self.found(other, kept)
            await self.keep(cache, kept)
            assert kept == (await self.found(other, kept)).session
            early = await self.ticket(other, kept)
            await cache.forget(kept.user_id)
            await other.put(kept, early)
            assert (await self.found(other, kept)).session is None
            assert (await self.found(cache, kept)).session is None

    @requires("outage", "clock")
    async def test_copies_from_before_an_outage_are_void(self, cache: SessionCache) -> None:
        """What was ended meanwhile could not be forgotten, or came back with the server."""
        kept = self.session()
        await self.keep(cache, kept)
        async with self.outage():
            while True:
                try:
                    await self.touch(cache)
                except AdapterUnavailable:
                    break
        await self.elapse(1)
        async with self._time_to("find a server that returned"):
            while not await self._is_back(cache):  # noqa: ASYNC110 - no server tells when
                await asyncio.sleep(0.05)
        assert (await self.found(cache, kept)).session is None
        await self.keep(cache, kept)
        assert kept == (await self.found(cache, kept)).session
