"""The contract of accounts' rows: unique names, partial changes, and deletion that hides."""

import asyncio
from typing import Any

import attrs
import pytest
from hypothesis import strategies as st

from instagram_core.accounts.errors import EmailTakenError, UsernameTakenError
from instagram_core.accounts.events import PrivacyChanged, Registered
from instagram_core.accounts.model import Account, AccountChange, Role, Standing, UserId
from instagram_core.assembly.families import RelationalFamily
from instagram_core.testing.capabilities import requires
from instagram_core.testing.factories import account
from instagram_core.testing.machine import move
from instagram_core.testing.relational import RelationalContract, RelationalMachine

HASH = "another"
NUMBER = st.integers(0, 2)
CHANGE = st.one_of(
    st.builds(lambda text: AccountChange(bio=text), st.sampled_from(["", "é", "🦊"])),
    st.builds(lambda value: AccountChange(is_private=value), st.booleans()),
    st.builds(lambda value: AccountChange(role=value), st.sampled_from(Role)),
    st.builds(lambda value: AccountChange(standing=value), st.sampled_from(Standing)),
)


class UserMachine(RelationalMachine):
    """Three ids that register under three names and two addresses, change and are deleted."""

    def _id(self, who: int) -> UserId:
        return UserId(self.world.id("user", who))

    def _name(self, name: int, spelling: str) -> str:
        word = f"u{self.world.id('name', name).hex[12:]}"
        return word.upper() if spelling == "upper" else word

    @move(who=NUMBER, name=NUMBER, email=st.integers(0, 1), spelling=st.just("lower"))
    async def add(self, who: int, name: int, email: int, spelling: str) -> object:
        """Register, unless the id is in use: ids are never made twice."""
        if getattr(self, f"used{who}", False):
            return None
        username = self._name(name, spelling)
        address = f"{self._name(10 + email, spelling)}@example.org"
        await self.subject.users.add(account(self._id(who), username=username, email=address))
        setattr(self, f"used{who}", True)
        return "added"

    @move(name=NUMBER, spelling=st.sampled_from(["lower", "upper"]))
    async def find(self, name: int, spelling: str) -> object:
        """Look a name up."""
        return await self.subject.users.find(self._name(name, spelling))

    @move(who=NUMBER)
    async def account(self, who: int) -> object:
        """Read an account."""
        return await self.subject.users.account(self._id(who))

    @move()
    async def get_many(self) -> object:
        """Read all three."""
        return dict(await self.subject.users.get_many([self._id(who) for who in range(3)]))

    @move(who=NUMBER, change=CHANGE)
    async def change(self, who: int, change: AccountChange) -> object:
        """Change a part."""
        return await self.subject.users.change(self._id(who), change)


class UserRepositoryContract(RelationalContract):
    """What every `UserRepository` does."""

    machine = UserMachine

    async def touch(self, subject: RelationalFamily) -> object:
        """Read nobody."""
        return await subject.users.account(self.user())

    def user(self) -> UserId:
        """Give the id of somebody new."""
        return UserId(self.ids.new())

    async def add(self, family: RelationalFamily, **named: Any) -> Account:  # noqa: ANN401
        """Register somebody and give their account."""
        stored = account(self.user(), **named)
        await family.users.add(stored)
        return stored

    async def test_an_account_comes_back_as_it_was(self, family: RelationalFamily) -> None:
        """By id, by name, by address and among many; text as it was written."""
        stored = await self.add(
            family,
            username="Ann.Lee_1",
            email="Ann@Example.org",
            display_name="Анна 👩‍👩‍👧 שלום",
            bio="line\n\tline  ",
            website="https://example.org/?q=1",
        )
        assert stored == await family.users.account(stored.user.id)
        assert stored == await family.users.find("Ann.Lee_1")
        assert stored == await family.users.find("Ann@Example.org")
        assert {stored.user.id: stored.user} == dict(
            await family.users.get_many([stored.user.id, self.user()])
        )

    async def test_what_is_unknown_is_absent(self, family: RelationalFamily) -> None:
        """None, or not in the mapping."""
        stranger = self.user()
        assert await family.users.account(stranger) is None
        assert await family.users.find("nobody") is None
        assert await family.users.find("nobody@example.org") is None
        assert dict(await family.users.get_many([stranger])) == {}
        assert dict(await family.users.get_many([])) == {}
        assert await family.users.change(stranger, AccountChange(bio="x")) is None

    async def test_names_and_addresses_have_no_case(self, family: RelationalFamily) -> None:
        """They are found in any case, and given as they were written."""
        stored = await self.add(family, username="AnnLee", email="Ann@Example.org")
        for login in ("annlee", "ANNLEE", "ann@example.ORG"):
            assert stored == await family.users.find(login)

    async def test_a_taken_name_is_refused(self, family: RelationalFamily) -> None:
        """In any case; nothing is stored and nothing announced."""
        await self.add(family, username="annlee")
        other = account(self.user(), username="AnnLee", email="other@example.org")
        with pytest.raises(UsernameTakenError):
            await family.users.add(other, Registered(user_id=other.user.id))
        assert await family.users.account(other.user.id) is None
        assert await family.users.find("other@example.org") is None
        assert await self.scene(family).events() == []

    async def test_a_taken_address_is_refused(self, family: RelationalFamily) -> None:
        """In any case; of name and address both taken, the name is told."""
        await self.add(family, username="annlee", email="ann@example.org")
        with pytest.raises(EmailTakenError):
            await self.add(family, username="bob", email="ANN@example.org")
        with pytest.raises(UsernameTakenError):
            await self.add(family, username="ANNLEE", email="ANN@example.org")
        assert await family.users.find("bob") is None

    async def test_of_many_at_once_one_gets_the_name(self, family: RelationalFamily) -> None:
        """The others are told that it is taken."""
        candidates = [
            account(self.user(), username="wanted", email=f"{number}@example.org")
            for number in range(10)
        ]
        results = await asyncio.gather(
            *(family.users.add(candidate) for candidate in candidates), return_exceptions=True
        )
        assert results.count(None) == 1
        errors = [type(result) for result in results if result is not None]
        assert [UsernameTakenError] * 9 == errors
        assert await family.users.find("wanted") == candidates[results.index(None)]

    async def test_registration_is_announced(self, family: RelationalFamily) -> None:
        """With the account, once."""
        stored = account(self.user())
        await family.users.add(stored, Registered(user_id=stored.user.id))
        expected = [{"user_id": str(stored.user.id)}]
        assert expected == await self.scene(family).events(Registered.kind)

    async def test_only_what_is_set_changes(self, family: RelationalFamily) -> None:
        """The account is given as it is then."""
        stored = await self.add(family, bio="old", website="https://example.org")
        change = AccountChange(display_name="New", bio="", role=Role.ADMIN, password_hash=HASH)
        expected = attrs.evolve(
            stored,
            user=attrs.evolve(stored.user, display_name="New", bio="", role=Role.ADMIN),
            password_hash=HASH,
        )
        assert expected == await family.users.change(stored.user.id, change)
        assert expected == await family.users.account(stored.user.id)

    async def test_others_stay_as_they_are(self, family: RelationalFamily) -> None:
        """A change is of one account."""
        ann, bob = await self.add(family), await self.add(family)
        await family.users.change(ann.user.id, AccountChange(bio="x", is_private=True))
        assert bob == await family.users.account(bob.user.id)

    async def test_concurrent_changes_all_hold(self, family: RelationalFamily) -> None:
        """Changes of different fields do not undo each other."""
        stored = await self.add(family)
        changes = (
            AccountChange(display_name="New"),
            AccountChange(bio="bio"),
            AccountChange(website="https://example.org"),
            AccountChange(is_private=True),
            AccountChange(role=Role.VERIFIED),
        )
        await asyncio.gather(*(family.users.change(stored.user.id, c) for c in changes))
        found = await family.users.account(stored.user.id)
        assert found is not None
        user = found.user
        assert (
            user.display_name, user.bio, user.website, user.is_private, user.role
        ) == ("New", "bio", "https://example.org", True, Role.VERIFIED)  # fmt: skip

    async def test_a_change_holds_the_account_while_the_transaction_lasts(
        self, family: RelationalFamily
    ) -> None:
        """Also one that sets nothing: what is decided from its answer still holds at the end."""
        user = (await self.add(family)).user.id

        async def append() -> None:
            async with family.transaction():
                seen = await family.users.change(user, AccountChange())
                assert seen is not None
                await family.users.change(user, AccountChange(bio=seen.user.bio + "x"))

        await asyncio.gather(*(append() for _ in range(10)))
        found = await family.users.account(user)
        assert found is not None
        assert found.user.bio == "x" * 10

    async def test_a_change_in_a_transaction_holds_the_account(
        self, family: RelationalFamily
    ) -> None:
        """What is read after it stays true until the end, also when it sets nothing."""
        stored, held = await self.add(family), asyncio.Event()
        user = stored.user.id

        async def read_then_write() -> str:
            async with family.transaction():
                await family.users.change(user, AccountChange())
                held.set()
                bios = [(await family.users.account(user) or stored).user.bio for _ in range(20)]
                await family.users.change(user, AccountChange(bio="first"))
            return bios[-1]

        async def write() -> None:
            await held.wait()
            await family.users.change(user, AccountChange(bio="second"))

        seen, _ = await asyncio.gather(read_then_write(), write())
        assert seen == stored.user.bio
        last = await family.users.account(user)
        assert last is not None
        assert last.user.bio == "second", "it did not wait"

    async def test_privacy_and_standing_move_the_generation(self, family: RelationalFamily) -> None:
        """By one, when the value becomes another; signatures given out before die."""
        stored = await self.add(family)
        changes = (
            (AccountChange(is_private=True), 1),
            (AccountChange(is_private=True), 1),
            (AccountChange(standing=Standing.SUSPENDED), 2),
            (AccountChange(bio="x", role=Role.VERIFIED, standing=Standing.SUSPENDED), 2),
            (AccountChange(standing=Standing.ACTIVE), 3),
            (AccountChange(is_private=False), 4),
        )
        for change, generation in changes:
            found = await family.users.change(stored.user.id, change)
            assert found is not None
            assert generation == found.user.media_generation, f"after {change}"

    async def test_a_suspended_account_is_there(self, family: RelationalFamily) -> None:
        """With its standing, for whoever decides what that means."""
        stored = await self.add(family)
        await self.scene(family).set_standing(stored.user.id, Standing.SUSPENDED)
        found = await family.users.get_many([stored.user.id])
        assert found[stored.user.id].standing is Standing.SUSPENDED
        assert await family.users.find(stored.user.username) is not None

    async def test_a_deleted_account_is_absent(self, family: RelationalFamily) -> None:
        """It is given once more, by the call that deletes it, and cannot come back."""
        stored = await self.add(family)
        user = stored.user.id
        gone = await family.users.change(user, AccountChange(standing=Standing.DELETED))
        assert gone is not None
        assert gone.user.standing is Standing.DELETED
        assert await family.users.account(user) is None
        assert await family.users.find(stored.user.username) is None
        assert await family.users.find(stored.email) is None
        assert dict(await family.users.get_many([user])) == {}
        assert await family.users.change(user, AccountChange(standing=Standing.ACTIVE)) is None

    async def test_a_deleted_name_stays_taken(self, family: RelationalFamily) -> None:
        """Nobody can take the place of somebody who left."""
        stored = await self.add(family)
        await self.scene(family).set_standing(stored.user.id, Standing.DELETED)
        with pytest.raises(UsernameTakenError):
            await self.add(family, username=stored.user.username, email="new@example.org")
        with pytest.raises(EmailTakenError):
            await self.add(family, username="someone.new", email=stored.email)

    async def test_a_change_is_announced_with_it(self, family: RelationalFamily) -> None:
        """All events given, and none when nobody is there to change."""
        stored = await self.add(family)
        change = AccountChange(is_private=True)
        for user in (stored.user.id, self.user()):
            events = [PrivacyChanged(user_id=user), Registered(user_id=user)]
            await family.users.change(user, change, events)
        expected = [{"user_id": str(stored.user.id)}] * 2
        assert expected == await self.scene(family).events()

    @requires("reopen")
    async def test_accounts_outlive_a_process(self, family: RelationalFamily) -> None:
        """Another handle finds what this one stored."""
        stored = await self.add(family)
        async with self.reopen() as other:
            assert stored == await other.users.account(stored.user.id)
