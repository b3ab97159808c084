"""Accounts and the numbers of their profiles."""

from collections.abc import Iterable, Mapping

import attrs

from instagram_core.accounts.errors import EmailTakenError, UsernameTakenError
from instagram_core.accounts.model import (
    Account,
    AccountChange,
    ProfileCounts,
    Standing,
    User,
    UserId,
)
from instagram_core.accounts.ports import AccountReader, ProfileCounter, UserRepository
from instagram_core.kernel.events import Event
from instagram_core.memory.changes import what_is_set
from instagram_core.memory.database import Database
from instagram_core.memory.tables import Counter, Tables


class InMemoryUserRepository(UserRepository):
    """Keeps accounts."""

    def __init__(self, database: Database) -> None:
        """Keep them in `database`."""
        self._database = database

    async def add(self, account: Account, announce: Event | None = None) -> None:
        """Store a new account."""
        user, name, address = account.user, fold(account.user.username), fold(account.email)
        async with self._database.work() as tables:
            if name in tables.usernames:
                raise UsernameTakenError
            if address in tables.emails:
                raise EmailTakenError
            tables.usernames[name] = user.id
            tables.emails[address] = user.id
            tables.accounts[user.id] = account
            self._database.record(announce)

    async def get_many(self, users: Iterable[UserId]) -> Mapping[UserId, User]:
        """Give those who are not deleted."""
        async with self._database.work() as tables:
            found = {user: _present(tables, user) for user in users}
            return {user: account.user for user, account in found.items() if account is not None}

    async def find(self, login: str) -> Account | None:
        """Give the account of a name or an address."""
        login = fold(login)
        async with self._database.work() as tables:
            return _present(tables, tables.usernames.get(login) or tables.emails.get(login))

    async def account(self, user: UserId) -> Account | None:
        """Give the account of an id."""
        async with self._database.work() as tables:
            return _present(tables, user)

    async def change(
        self, user: UserId, change: AccountChange, announce: Iterable[Event] = ()
    ) -> Account | None:
        """Change what is set."""
        async with self._database.work() as tables:
            before = _present(tables, user)
            if before is None:
                return None
            after = _changed(before, change)
            tables.accounts[user] = after
            self._database.record(*announce)
            return after


class InMemoryProfileCounter(ProfileCounter):
    """Reads the numbers of profiles."""

    def __init__(self, database: Database) -> None:
        """Read from `database`."""
        self._database = database

    async def counts(self, users: Iterable[UserId]) -> Mapping[UserId, ProfileCounts]:
        """Give where the counters stand."""
        async with self._database.work() as tables:
            return {
                user: ProfileCounts(
                    followers=tables.counted(Counter.FOLLOWERS, user),
                    following=tables.counted(Counter.FOLLOWING, user),
                    posts=tables.counted(Counter.POSTS, user),
                )
                for user in users
            }


class InMemoryAccountReader(AccountReader):
    """Walks through all accounts."""

    def __init__(self, database: Database) -> None:
        """Read from `database`."""
        self._database = database

    async def page(self, after: UserId | None, limit: int) -> tuple[UserId, ...]:
        """Give active accounts above an id."""
        async with self._database.work() as tables:
            above = (user for user in _active(tables) if after is None or user > after)
            return tuple(sorted(above)[:limit])

    async def count(self) -> int:
        """Give how many are active."""
        async with self._database.work() as tables:
            return len(_active(tables))


def fold(name: str) -> str:
    """Give a name or address as it is compared: without case."""
    return name.lower()


def _active(tables: Tables) -> list[UserId]:
    accounts = tables.accounts.items()
    return [user for user, each in accounts if each.user.standing is Standing.ACTIVE]


def _present(tables: Tables, user: UserId | None) -> Account | None:
    account = None if user is None else tables.accounts.get(user)
    is_there = account is not None and account.user.standing is not Standing.DELETED
    return account if is_there else None


def _changed(account: Account, change: AccountChange) -> Account:
    fields = what_is_set(change)
    password_hash = fields.pop("password_hash", account.password_hash)
    before, after = account.user, attrs.evolve(account.user, **fields)
    if (before.is_private, before.standing) != (after.is_private, after.standing):
        after = attrs.evolve(after, media_generation=before.media_generation + 1)
    return attrs.evolve(account, user=after, password_hash=password_hash)
