"""Wrong keepers of accounts and their numbers."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from instagram_core.accounts.errors import EmailTakenError
from instagram_core.accounts.model import (
    Account,
    AccountChange,
    ProfileCounts,
    Standing,
    User,
    UserId,
)
from instagram_core.kernel.events import Event
from instagram_core.memory.accounts import fold
from instagram_core.testing.contracts.accounts import (
    AccountEraserContract,
    AccountReaderContract,
    ProfileCounterContract,
    UserRepositoryContract,
)
from tests.unit.instagram_core.testing.mutants.harness import Around, Mutants

users = Mutants(UserRepositoryContract, "users")
readers = Mutants(AccountReaderContract, "accounts")
profiles = Mutants(ProfileCounterContract, "profiles")
erasers = Mutants(AccountEraserContract, "eraser")


@users.caught_by("test_names_and_addresses_have_no_case")
class UsersMindCase(Around):
    """Finds a name as it was written only."""

    async def find(self, login: str) -> Account | None:
        account: Account | None = await self.right.find(login)
        return account if account and login in {account.user.username, account.email} else None


@users.caught_by("test_a_deleted_name_stays_taken")
class UsersFreeNamesOfTheDeleted(Around):
    """Lets somebody take the place of who left."""

    async def change(self, user: UserId, change: AccountChange, *rest: Any) -> Account | None:
        account: Account | None = await self.right.change(user, change, *rest)
        if account is not None and change.standing is Standing.DELETED:
            async with self.tables() as tables:
                del tables.usernames[fold(account.user.username)]
        return account


@users.caught_by("test_a_deleted_account_is_absent")
class UsersShowTheDeleted(Around):
    """Gives everybody who ever was."""

    async def get_many(self, users: Iterable[UserId]) -> Mapping[UserId, User]:
        async with self.tables() as tables:
            return {u: tables.accounts[u].user for u in users if u in tables.accounts}


@users.caught_by("test_a_suspended_account_is_there")
class UsersHideTheSuspended(Around):
    """Decides what is for the policy to decide."""

    async def get_many(self, users: Iterable[UserId]) -> Mapping[UserId, User]:
        found: Mapping[UserId, User] = await self.right.get_many(users)
        return {u: user for u, user in found.items() if user.standing is Standing.ACTIVE}


@users.caught_by("test_privacy_and_standing_move_the_generation")
class UsersKeepOldSignaturesAlive(Around):
    """Never moves the media generation."""

    async def change(self, *what: Any) -> Account | None:
        account: Account | None = await self.right.change(*what)
        if account is None:
            return None
        still = attrs.evolve(account, user=attrs.evolve(account.user, media_generation=0))
        async with self.tables() as tables:
            tables.accounts[account.user.id] = still
        return still


@users.caught_by("test_privacy_and_standing_move_the_generation")
class UsersMoveGenerationsForNothing(Around):
    """Moves the media generation with every change, so no browser ever caches."""

    async def change(self, *what: Any) -> Account | None:
        account: Account | None = await self.right.change(*what)
        if account is None:
            return None
        user = attrs.evolve(account.user, media_generation=account.user.media_generation + 1)
        async with self.tables() as tables:
            tables.accounts[user.id] = attrs.evolve(account, user=user)
        return attrs.evolve(account, user=user)


@users.caught_by("test_only_what_is_set_changes")
class UsersResetWhatIsNotSet(Around):
    """Takes unset for empty."""

    async def change(self, user: UserId, change: AccountChange, *rest: Any) -> Account | None:
        texts = ("display_name", "bio", "website")
        given = {name: getattr(change, name) for name in texts}
        filled: dict[str, Any] = {
            name: text if isinstance(text, str) else "" for name, text in given.items()
        }
        changed: Any = attrs.evolve(change, **filled)
        account: Account | None = await self.right.change(user, changed, *rest)
        return account


@users.caught_by("test_concurrent_changes_all_hold")
class UsersLoseUpdates(Around):
    """Reads first and writes all of it later."""

    async def change(self, user: UserId, change: AccountChange, *rest: Any) -> Account | None:
        before: Account | None = await self.right.account(user)
        await asyncio.sleep(0)
        async with self.tables() as tables:
            if before is not None:
                tables.accounts[user] = before
        account: Account | None = await self.right.change(user, change, *rest)
        return account


@users.caught_by("test_a_change_in_a_transaction_holds_the_account")
class UsersHoldNobody(Around):
    """Writes changes of transactions when somebody else has long written theirs."""

    def __init__(self, right: Any) -> None:
        super().__init__(right)
        self.late: list[tuple[UserId, AccountChange]] = []

    async def change(self, user: UserId, change: AccountChange, *rest: Any) -> Account | None:
        is_inside = self.right._database._joined() is not None
        account: Account | None = await self.right.change(user, change, *rest)
        if is_inside:
            self.late.append((user, change))
        return account

    async def account(self, user: UserId) -> Account | None:
        for late in self.late if self.right._database._joined() is None else ():
            await self.right.change(*late)
        account: Account | None = await self.right.account(user)
        return account


@users.caught_by("test_a_taken_name_is_refused")
class UsersAnnounceRefusals(Around):
    """Records the event before it knows."""

    async def add(self, account: Account, announce: Event | None = None) -> None:
        await self.record(announce)
        await self.right.add(account)


@users.caught_by("test_a_taken_address_is_refused")
class UsersTellTheAddressFirst(Around):
    """Of two faults tells the one that says more about others."""

    async def add(self, account: Account, announce: Event | None = None) -> None:
        async with self.tables() as tables:
            if fold(account.email) in tables.emails:
                raise EmailTakenError
        await self.right.add(account, announce)


@users.caught_by("test_of_many_at_once_one_gets_the_name")
class UsersGiveNamesTwice(Around):
    """Looks first and stores later."""

    async def add(self, account: Account, announce: Event | None = None) -> None:
        is_taken = await self.right.find(account.user.username)
        await asyncio.sleep(0)
        if not is_taken:
            async with self.tables() as tables:
                tables.usernames.pop(fold(account.user.username), None)
        await self.right.add(account, announce)


@readers.caught_by("test_the_start_is_exclusive")
class ReaderGivesTheStartAgain(Around):
    """Begins with the one it was asked to go on from."""

    async def page(self, after: UserId | None, limit: int) -> tuple[UserId, ...]:
        page: tuple[UserId, ...] = await self.right.page(after, limit)
        return page if after is None else (after, *page[: limit - 1])


@readers.caught_by("test_only_the_active_come")
class ReaderShowsEverybody(Around):
    """Gives everybody who ever was."""

    async def page(self, after: UserId | None, limit: int) -> tuple[UserId, ...]:
        async with self.tables() as tables:
            return tuple(sorted(u for u in tables.accounts if after is None or u > after)[:limit])


@readers.caught_by("test_everybody_comes_in_order_of_id")
class ReaderLeavesOutWhatEndsAPage(Around):
    """Believes that a full page is followed by nothing."""

    async def page(self, after: UserId | None, limit: int) -> tuple[UserId, ...]:
        page: tuple[UserId, ...] = await self.right.page(after, limit)
        return page if after is None else page[1:]


@readers.caught_by("test_only_the_active_come")
class ReaderCountsEverybody(Around):
    """Counts whoever ever was."""

    async def count(self) -> int:
        async with self.tables() as tables:
            return len(tables.accounts)


@profiles.caught_by("test_everybody_asked_for_is_answered")
class ProfilesLeaveOutZeros(Around):
    """Gives nothing for whoever has nothing."""

    async def counts(self, users: Iterable[UserId]) -> Mapping[UserId, ProfileCounts]:
        found: Mapping[UserId, ProfileCounts] = await self.right.counts(users)
        return {user: counts for user, counts in found.items() if counts != ProfileCounts()}


@profiles.caught_by("test_follows_count_on_both_sides")
class ProfilesConfuseTheSides(Around):
    """Tells followers as following."""

    async def counts(self, users: Iterable[UserId]) -> Mapping[UserId, ProfileCounts]:
        found: Mapping[UserId, ProfileCounts] = await self.right.counts(users)
        return {
            user: attrs.evolve(counts, followers=counts.following, following=counts.followers)
            for user, counts in found.items()
        }


@profiles.caught_by("test_requests_do_not_count")
class ProfilesCountRequests(Around):
    """Takes asking for following."""

    async def counts(self, users: Iterable[UserId]) -> Mapping[UserId, ProfileCounts]:
        found: Mapping[UserId, ProfileCounts] = await self.right.counts(users)
        async with self.tables() as tables:
            asking = [followee for _, followee in tables.requests]
        return {
            user: attrs.evolve(counts, followers=counts.followers + asking.count(user))
            for user, counts in found.items()
        }


@profiles.caught_by("test_published_posts_count")
class ProfilesCountUploads(Around):
    """Counts posts that nobody can see yet."""

    async def counts(self, users: Iterable[UserId]) -> Mapping[UserId, ProfileCounts]:
        found: Mapping[UserId, ProfileCounts] = await self.right.counts(users)
        async with self.tables() as tables:
            authors = [row.post.author_id for row in tables.posts.values()]
        return {u: attrs.evolve(counts, posts=authors.count(u)) for u, counts in found.items()}


@erasers.caught_by("test_whoever_stays_is_never_touched")
class EraserErasesWhoStays(Around):
    """Does not look whether the account is deleted."""

    async def erase(self, user: UserId, limit: int) -> bool:
        async with self.tables() as tables:
            if (account := tables.accounts.get(user)) is not None:
                gone = attrs.evolve(account.user, standing=Standing.DELETED)
                tables.accounts[user] = attrs.evolve(account, user=gone)
        return bool(await self.right.erase(user, limit))


@erasers.caught_by("test_follows_end_with_exact_counts")
class EraserForgetsCounts(Around):
    """Removes rows and leaves the numbers of others as they were."""

    async def erase(self, user: UserId, limit: int) -> bool:
        async with self.tables() as tables:
            for pair in [pair for pair in tables.follows if user in pair]:
                del tables.follows[pair]
        return bool(await self.right.erase(user, limit))


@erasers.caught_by("test_posts_go_as_if_deleted_each")
class EraserLeavesFiles(Around):
    """Removes posts without a word about their files."""

    async def erase(self, user: UserId, limit: int) -> bool:
        async with self.tables() as tables:
            for post in [p for p, row in tables.posts.items() if row.post.author_id == user]:
                del tables.posts[post]
        return bool(await self.right.erase(user, limit))


@erasers.caught_by("test_the_name_stays_taken")
class EraserFreesTheName(Around):
    """Erases the name too."""

    async def erase(self, user: UserId, limit: int) -> bool:
        is_done = bool(await self.right.erase(user, limit))
        async with self.tables() as tables:
            account = tables.accounts.get(user)
            if account and account.user.standing is Standing.DELETED:
                tables.usernames.pop(fold(account.user.username), None)
        return is_done


@erasers.caught_by("test_erasing_is_bounded_and_resumable")
class EraserStopsHalfway(Around):
    """Says that it is done after the first rows."""

    async def erase(self, user: UserId, limit: int) -> bool:
        await self.right.erase(user, limit)
        return True


@erasers.caught_by("test_likes_are_taken_back")
class EraserForgetsToCountLikes(Around):
    """Removes likes and leaves the numbers of others' posts as they were."""

    async def erase(self, user: UserId, limit: int) -> bool:
        async with self.tables() as tables:
            for like in [like for like in tables.likes if like[1] == user]:
                del tables.likes[like]
        return bool(await self.right.erase(user, limit))
