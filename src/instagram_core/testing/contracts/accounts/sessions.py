"""The contracts of sessions and of forgetting those that are over."""

import asyncio
from typing import ClassVar

import attrs
from hypothesis import strategies as st

from instagram_core.accounts.model import AccountChange, Role, Session, Standing, UserId
from instagram_core.assembly.families import RelationalFamily
from instagram_core.testing.capabilities import requires
from instagram_core.testing.factories import NOW, session
from instagram_core.testing.machine import move
from instagram_core.testing.moves import LIMIT, MOMENT, People
from instagram_core.testing.paging import walk
from instagram_core.testing.relational import RelationalContract


class SessionMachine(People):
    """Two sessions of each of three people."""

    number: ClassVar[st.SearchStrategy[int]] = st.integers(0, 5)

    def _session(self, number: int, moment: int = 0) -> Session:
        identity = self.world.id("session", number)
        return session(identity, self.person(number % 3), at=self.at(moment))

    @move(4, number=number, moment=MOMENT)
    async def sign_in(self, number: int, moment: int) -> object:
        """Store a session that was not there before."""
        if self.__dict__.setdefault(f"used{number}", False):
            return None
        self.__dict__[f"used{number}"] = True
        await self.subject.sessions.add(self._session(number, moment))
        return "added"

    @move(number=number)
    async def find(self, number: int) -> object:
        """Look a session up."""
        session = self._session(number)
        return await self.subject.sessions.find(session.user_id, session.token_hash)

    @move(number=number, moment=MOMENT)
    async def touch(self, number: int, moment: int) -> None:
        """Use a session."""
        session = self._session(number)
        await self.subject.sessions.touch(session.user_id, session.id, self.at(moment))

    @move(number=number, used_after=MOMENT, limit=LIMIT)
    async def list_sessions(self, number: int, used_after: int, limit: int) -> object:
        """Read somebody's sessions."""
        user, sessions = self.person(number % 3), self.subject.sessions
        return await walk(lambda a, n: sessions.page(user, self.at(used_after), a, n), limit)

    @move()
    async def all_sessions(self) -> object:
        """Read everybody's sessions."""
        return [await self.list_sessions(number, 0, 2) for number in range(3)]

    @move(before=MOMENT, limit=LIMIT)
    async def sweep(self, before: int, limit: int) -> object:
        """Forget some; which ones is not promised, so all that are over."""
        swept = [await self.subject.session_sweeper.sweep(self.at(before), limit)]
        while swept[-1]:
            swept.append(await self.subject.session_sweeper.sweep(self.at(before), limit))
        return swept

    @move(number=number, other=number)
    async def revoke_only(self, number: int, other: int) -> object:
        """End one, maybe another's."""
        user = self.person(number % 3)
        return await self.subject.sessions.revoke(user, only=self._session(other).id)

    @move(number=number)
    async def revoke_others(self, number: int) -> object:
        """End all but one."""
        user = self.person(number % 3)
        return await self.subject.sessions.revoke(user, keep=self._session(number).id)


class SessionStoreContract(RelationalContract):
    """What every `SessionStore` does."""

    machine = SessionMachine

    async def touch(self, subject: RelationalFamily) -> object:
        """Find nothing."""
        return await subject.sessions.find(UserId(self.ids.new()), bytes(32))

    async def sign_in(
        self, family: RelationalFamily, user: UserId, count: int = 1, at: int = NOW
    ) -> list[Session]:
        """Store sessions of one moment."""
        made = [session(self.ids.new(), user, at=at) for _ in range(count)]
        for one in made:
            await family.sessions.add(one)
        return made

    async def listed(
        self, family: RelationalFamily, user: UserId, used_after: int = 0, limit: int = 2
    ) -> list[Session]:
        """Give all sessions of somebody."""
        page = family.sessions.page
        return await walk(lambda after, n: page(user, used_after, after, n), limit)

    async def test_a_session_is_found_by_its_hash(self, family: RelationalFamily) -> None:
        """As it was stored; any other hash finds nothing."""
        ann = await self.scene(family).user()
        (stored,) = await self.sign_in(family, ann)
        assert stored == await family.sessions.find(stored.user_id, stored.token_hash)
        for hashed in (bytes(32), stored.token_hash[:-1] + b"\0", b""):
            assert await family.sessions.find(ann, hashed) is None

    async def test_a_session_of_somebody_else_is_none(self, family: RelationalFamily) -> None:
        """Neither found nor used by another's id."""
        ann, bob = await self.scene(family).users(2)
        (stored,) = await self.sign_in(family, ann)
        assert await family.sessions.find(bob, stored.token_hash) is None
        await family.sessions.touch(bob, stored.id, NOW + 50)
        assert stored == await family.sessions.find(ann, stored.token_hash)

    async def test_an_old_session_is_still_found(self, family: RelationalFamily) -> None:
        """Whether it is over is not the store's to decide."""
        ann = await self.scene(family).user()
        (stored,) = await self.sign_in(family, ann, at=1)
        assert stored == await family.sessions.find(stored.user_id, stored.token_hash)

    async def test_the_role_is_the_account_s_own(self, family: RelationalFamily) -> None:
        """Whoever is promoted need not sign in again; the role at sign-in is not kept."""
        ann = await self.scene(family).user()
        stored = attrs.evolve(session(self.ids.new(), ann), role=Role.ADMIN)
        await family.sessions.add(stored)
        for role in (Role.USER, Role.ADMIN, Role.VERIFIED):
            await family.users.change(ann, AccountChange(role=role))
            found = await family.sessions.find(stored.user_id, stored.token_hash)
            assert attrs.evolve(stored, role=role) == found
            assert [found] == await self.listed(family, ann)

    async def test_an_account_that_is_not_active_has_none(self, family: RelationalFamily) -> None:
        """Suspension and deletion end what was signed in, at once."""
        scene = self.scene(family)
        for standing in (Standing.SUSPENDED, Standing.DELETED):
            user = await scene.user()
            (stored,) = await self.sign_in(family, user)
            await scene.set_standing(user, standing)
            assert await family.sessions.find(stored.user_id, stored.token_hash) is None

    async def test_use_only_moves_forward(self, family: RelationalFamily) -> None:
        """A late call from a slow process does not shorten a session."""
        ann = await self.scene(family).user()
        first, second = await self.sign_in(family, ann, 2)
        for at in (NOW + 50, NOW + 20):
            await family.sessions.touch(first.user_id, first.id, at)
        found = await family.sessions.find(first.user_id, first.token_hash)
        assert attrs.evolve(first, last_used_at=NOW + 50) == found
        assert second == await family.sessions.find(second.user_id, second.token_hash)

    async def test_using_an_absent_session_makes_none(self, family: RelationalFamily) -> None:
        """A call that crosses with the end of the session is passed over."""
        ann = await self.scene(family).user()
        (stored,) = await self.sign_in(family, ann)
        await family.sessions.revoke(ann)
        await family.sessions.touch(stored.user_id, stored.id, NOW + 1)
        assert await family.sessions.find(stored.user_id, stored.token_hash) is None

    async def test_sessions_are_listed_newest_first(self, family: RelationalFamily) -> None:
        """One's own, by the time of signing in, then by id."""
        ann, bob = await self.scene(family).users(2)
        older = await self.sign_in(family, ann, 3, at=NOW)
        newer = await self.sign_in(family, ann, 2, at=NOW + 1)
        await self.sign_in(family, bob, at=NOW)
        expected = [*reversed(newer), *reversed(older)]
        for limit in (1, 2, 3, 10):
            assert expected == await self.listed(family, ann, limit=limit)

    async def test_only_those_used_later_are_listed(self, family: RelationalFamily) -> None:
        """Later, not at that moment; the use counts, not the signing in."""
        ann = await self.scene(family).user()
        first, second, third = await self.sign_in(family, ann, 3, at=NOW)
        await family.sessions.touch(first.user_id, first.id, NOW + 10)
        await family.sessions.touch(second.user_id, second.id, NOW + 11)
        listed = await self.listed(family, ann, used_after=NOW + 10)
        assert [second.id] == [one.id for one in listed]
        everything = await self.listed(family, ann, used_after=NOW - 1)
        assert [third.id, second.id, first.id] == [one.id for one in everything]

    async def test_one_session_is_ended(self, family: RelationalFamily) -> None:
        """Again, it ends nothing; nor does another person's."""
        ann, bob = await self.scene(family).users(2)
        first, second = await self.sign_in(family, ann, 2)
        assert await family.sessions.revoke(bob, only=first.id) == 0
        assert await family.sessions.revoke(ann, only=first.id) == 1
        assert await family.sessions.revoke(ann, only=first.id) == 0
        assert await family.sessions.find(first.user_id, first.token_hash) is None
        assert [second] == await self.listed(family, ann)

    async def test_all_but_one_are_ended(self, family: RelationalFamily) -> None:
        """The one that is kept stays; others' sessions stay."""
        ann, bob = await self.scene(family).users(2)
        first, second, third = await self.sign_in(family, ann, 3)
        (other,) = await self.sign_in(family, bob)
        assert await family.sessions.revoke(ann, keep=second.id) == 2
        found = [
            await family.sessions.find(s.user_id, s.token_hash)
            for s in (first, second, third, other)
        ]
        assert [None, second, None, other] == found

    async def test_all_sessions_are_ended(self, family: RelationalFamily) -> None:
        """Of one person; how many is told."""
        ann, bob = await self.scene(family).users(2)
        await self.sign_in(family, ann, 3)
        (other,) = await self.sign_in(family, bob)
        counts = await asyncio.gather(*(family.sessions.revoke(ann) for _ in range(5)))
        assert sum(counts) == 3
        assert await self.listed(family, ann) == []
        assert [other] == await self.listed(family, bob)

    @requires("reopen")
    async def test_an_ended_session_is_ended_everywhere(self, family: RelationalFamily) -> None:
        """Every later find in every process sees it."""
        ann = await self.scene(family).user()
        (stored,) = await self.sign_in(family, ann)
        async with self.reopen() as other:
            assert stored == await other.sessions.find(stored.user_id, stored.token_hash)
            await family.sessions.revoke(ann)
            assert await other.sessions.find(stored.user_id, stored.token_hash) is None


class SessionSweeperContract(RelationalContract):
    """What every `Sweeper` of sessions does: a session ended when it was used last."""

    machine = SessionMachine

    async def touch(self, subject: RelationalFamily) -> object:
        """Sweep nothing."""
        return await subject.session_sweeper.sweep(0, 1)

    async def test_only_what_is_over_is_swept(self, family: RelationalFamily) -> None:
        """What was used at that moment or later stays, of everybody."""
        ann, bob = await self.scene(family).users(2)
        times = ((ann, NOW - 1), (ann, NOW), (bob, NOW - 1000), (bob, NOW + 1))
        made = [session(self.ids.new(), user, at=at) for user, at in times]
        for one in made:
            await family.sessions.add(one)
        assert await family.session_sweeper.sweep(NOW, 10) == 2
        found = [await family.sessions.find(one.user_id, one.token_hash) for one in made]
        assert [None, made[1], None, made[3]] == found
        assert await family.session_sweeper.sweep(NOW, 10) == 0

    async def test_a_session_in_use_is_not_swept(self, family: RelationalFamily) -> None:
        """However long ago it began."""
        ann = await self.scene(family).user()
        stored = session(self.ids.new(), ann, at=NOW - 1000)
        await family.sessions.add(stored)
        await family.sessions.touch(stored.user_id, stored.id, NOW)
        assert await family.session_sweeper.sweep(NOW, 10) == 0
        assert await family.sessions.find(stored.user_id, stored.token_hash) is not None

    async def test_a_sweep_is_bounded(self, family: RelationalFamily) -> None:
        """The rest is for the next call; every one is counted once."""
        ann = await self.scene(family).user()
        for _ in range(5):
            await family.sessions.add(session(self.ids.new(), ann, at=1))
        assert [await family.session_sweeper.sweep(NOW, 2) for _ in range(4)] == [2, 2, 1, 0]

    async def test_concurrent_sweeps_count_each_once(self, family: RelationalFamily) -> None:
        """Two workers may sweep at once."""
        ann = await self.scene(family).user()
        for _ in range(10):
            await family.sessions.add(session(self.ids.new(), ann, at=1))
        counts = await asyncio.gather(*(family.session_sweeper.sweep(NOW, 10) for _ in range(5)))
        rest = await family.session_sweeper.sweep(NOW, 10)
        assert sum(counts) + rest == 10
