"""The contract of lists that only their owner knows: mutes and close friends."""

import asyncio

import pytest

from instagram_core.accounts.errors import UserNotFound
from instagram_core.accounts.model import Standing, UserId
from instagram_core.assembly.families import RelationalFamily
from instagram_core.graph.events import MuteChanged
from instagram_core.graph.model import PersonalList
from instagram_core.testing import moves
from instagram_core.testing.factories import NOW
from instagram_core.testing.machine import move
from instagram_core.testing.moves import LIMIT, PERSON
from instagram_core.testing.paging import walk
from instagram_core.testing.relational import RelationalContract

MUTES, FRIENDS = PersonalList.MUTES, PersonalList.CLOSE_FRIENDS


class PersonalListMachine(moves.Lists, moves.Blocks):
    """Lists of people who block each other and are suspended."""

    @move(who=PERSON, limit=LIMIT)
    async def listed(self, who: int, limit: int) -> object:
        """Read both lists of somebody to the end."""
        owner, read = self.person(who), self.subject.personal_lists.page
        mutes = await walk(lambda after, n: read(MUTES, owner, after, n), limit)
        friends = await walk(lambda after, n: read(FRIENDS, owner, after, n), limit)
        return mutes, friends

    @move()
    async def all_lists(self) -> object:
        """Read everybody's lists."""
        return [await self.listed(who, 2) for who in moves.PEOPLE]


class PersonalListRepositoryContract(RelationalContract):
    """What every `PersonalListRepository` does."""

    machine = PersonalListMachine

    async def touch(self, subject: RelationalFamily) -> object:
        """Read nobody's list."""
        return await subject.personal_lists.page(MUTES, UserId(self.ids.new()), None, 1)

    async def listed(
        self, family: RelationalFamily, which: PersonalList, owner: UserId, limit: int = 2
    ) -> list[UserId]:
        """Give a whole list."""
        read = family.personal_lists.page
        return await walk(lambda after, n: read(which, owner, after, n), limit)

    async def test_a_person_is_listed_once(self, family: RelationalFamily) -> None:
        """A repeat says so and keeps the first time."""
        ann, bob, cem = await self.scene(family).users(3)
        put = family.personal_lists.put
        assert await put(FRIENDS, ann, bob, NOW)
        assert await put(FRIENDS, ann, cem, NOW + 10)
        assert not await put(FRIENDS, ann, bob, NOW + 20)
        assert [cem, bob] == await self.listed(family, FRIENDS, ann)

    async def test_a_removed_person_is_gone(self, family: RelationalFamily) -> None:
        """Once; who is not there cannot be removed."""
        ann, bob, cem = await self.scene(family).users(3)
        for member in (bob, cem):
            await family.personal_lists.put(MUTES, ann, member, NOW)
        assert await family.personal_lists.remove(MUTES, ann, bob)
        assert not await family.personal_lists.remove(MUTES, ann, bob)
        assert [cem] == await self.listed(family, MUTES, ann)

    async def test_lists_and_owners_are_apart(self, family: RelationalFamily) -> None:
        """Muting makes nobody a friend, and binds nobody else."""
        ann, bob, cem = await self.scene(family).users(3)
        await family.personal_lists.put(MUTES, ann, bob, NOW)
        await family.personal_lists.put(FRIENDS, ann, cem, NOW)
        assert [bob] == await self.listed(family, MUTES, ann)
        assert [cem] == await self.listed(family, FRIENDS, ann)
        assert await self.listed(family, MUTES, bob) == []
        assert not await family.personal_lists.remove(FRIENDS, ann, bob)
        assert not await family.personal_lists.remove(MUTES, bob, ann)

    async def test_what_changed_is_announced(self, family: RelationalFamily) -> None:
        """Once for the putting, once for the removing, and not without an event."""
        scene = self.scene(family)
        ann, bob, cem = await scene.users(3)
        event = MuteChanged(owner_id=ann, member_id=bob)
        expected = [{"owner_id": str(ann), "member_id": str(bob)}]
        for _ in range(2):
            await family.personal_lists.put(MUTES, ann, bob, NOW, event)
        assert expected == await scene.events()
        for _ in range(2):
            await family.personal_lists.remove(MUTES, ann, bob, event)
        assert expected == await scene.events()
        await family.personal_lists.put(MUTES, ann, cem, NOW)
        await family.personal_lists.remove(MUTES, ann, cem)
        assert await scene.events() == []

    async def test_who_is_not_there_cannot_be_listed(self, family: RelationalFamily) -> None:
        """Unknown, not active, or in a block either way; nothing is announced."""
        scene = self.scene(family)
        ann, suspended, deleted, blocked, blocking = await scene.users(5)
        await scene.set_standing(suspended, Standing.SUSPENDED)
        await scene.set_standing(deleted, Standing.DELETED)
        await scene.block(ann, blocked)
        await scene.block(blocking, ann)
        await scene.events()
        for member in (UserId(self.ids.new()), suspended, deleted, blocked, blocking):
            event = MuteChanged(owner_id=ann, member_id=member)
            for which in PersonalList:
                with pytest.raises(UserNotFound):
                    await family.personal_lists.put(which, ann, member, NOW, event)
        assert await scene.events() == []

    async def test_the_newest_comes_first(self, family: RelationalFamily) -> None:
        """By time, then by id; pages join without gap or repeat."""
        ann, *others = await self.scene(family).users(6)
        for other, at in zip(others, (20, 10, 30, 20, 20), strict=True):
            await family.personal_lists.put(FRIENDS, ann, other, NOW + at)
        expected = [others[2], others[4], others[3], others[0], others[1]]
        for limit in (1, 2, 3, 5, 10):
            assert expected == await self.listed(family, FRIENDS, ann, limit)

    async def test_who_is_not_active_is_left_out(self, family: RelationalFamily) -> None:
        """And pages stay full; the suspended can be taken off and come back otherwise."""
        scene = self.scene(family)
        ann, *others = await scene.users(5)
        for other in others:
            await family.personal_lists.put(MUTES, ann, other, NOW)
        await scene.set_standing(others[1], Standing.SUSPENDED)
        await scene.set_standing(others[2], Standing.DELETED)
        assert [others[3], others[0]] == await self.listed(family, MUTES, ann)
        await scene.set_standing(others[1], Standing.ACTIVE)
        assert [others[3], others[1], others[0]] == await self.listed(family, MUTES, ann)

    async def test_concurrent_repeats_list_once(self, family: RelationalFamily) -> None:
        """One changed something."""
        ann, bob = await self.scene(family).users(2)
        event = MuteChanged(owner_id=ann, member_id=bob)
        put = family.personal_lists.put
        made = await asyncio.gather(*(put(MUTES, ann, bob, NOW, event) for _ in range(10)))
        assert made.count(True) == 1
        assert len(await self.scene(family).events()) == 1
