"""The contract of walking through all accounts: everybody who stays, once, in order."""

from collections.abc import Sequence

from instagram_core.accounts.model import Standing, UserId
from instagram_core.assembly.families import RelationalFamily
from instagram_core.testing import moves
from instagram_core.testing.machine import move
from instagram_core.testing.relational import RelationalContract


class AccountMachine(moves.People):
    """People who come, go and return; the store may hold others too."""

    @move(3, start=moves.VIEWER)
    async def page(self, start: int | None) -> object:
        """Walk on from somebody, or from the beginning."""
        people = set(map(self.person, moves.PEOPLE))
        found = await self.subject.accounts.page(self.viewer(start), 100_000)
        return [user for user in found if user in people]


class AccountReaderContract(RelationalContract):
    """What every `AccountReader` does."""

    machine = AccountMachine

    async def touch(self, subject: RelationalFamily) -> object:
        """Begin to walk."""
        return await subject.accounts.page(None, 1)

    async def all_of(self, family: RelationalFamily, limit: int) -> Sequence[UserId]:
        """Walk to the end."""
        found: list[UserId] = []
        while page := await family.accounts.page(found[-1] if found else None, limit):
            assert len(page) <= limit
            assert len(set(found + list(page))) == len(found) + len(page), "somebody came twice"
            found.extend(page)
        return found

    async def test_everybody_comes_in_order_of_id(self, family: RelationalFamily) -> None:
        """Whatever the size of the pages, and as many as are counted."""
        people = await self.scene(family).users(7)
        for limit in (1, 3, 7, 100):
            assert sorted(people) == await self.all_of(family, limit)
        assert await family.accounts.count() == len(people)

    async def test_without_anybody_there_is_nobody(self, family: RelationalFamily) -> None:
        """Empty, not an error."""
        assert await family.accounts.page(None, 5) == ()
        assert await family.accounts.count() == 0

    async def test_the_start_is_exclusive(self, family: RelationalFamily) -> None:
        """It need not be an active account itself."""
        ann, bob, cem, dan = await self.scene(family).users(4)
        assert await family.accounts.page(ann, 5) == (bob, cem, dan)
        await self.scene(family).set_standing(bob, Standing.SUSPENDED)
        assert await family.accounts.page(bob, 5) == (cem, dan)
        assert await family.accounts.page(dan, 5) == ()

    async def test_only_the_active_come(self, family: RelationalFamily) -> None:
        """Also again, once they return; nor are others counted."""
        ann, bob, cem = await self.scene(family).users(3)
        await self.scene(family).set_standing(ann, Standing.DELETED)
        await self.scene(family).set_standing(bob, Standing.SUSPENDED)
        assert [cem] == await self.all_of(family, 2)
        assert await family.accounts.count() == 1
        await self.scene(family).set_standing(bob, Standing.ACTIVE)
        assert [bob, cem] == await self.all_of(family, 2)
        assert await family.accounts.count() == 2

    async def test_who_stays_is_given_once(self, family: RelationalFamily) -> None:
        """Whoever comes and goes during the walk."""
        people = await self.scene(family).users(6)
        first = await family.accounts.page(None, 3)
        await self.scene(family).set_standing(people[1], Standing.DELETED)
        late = await self.scene(family).user()
        rest = await family.accounts.page(first[-1], 100)
        assert [*people, late] == [*first, *rest]
