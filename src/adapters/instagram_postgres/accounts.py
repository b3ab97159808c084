"""Accounts and the numbers of their profiles."""

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from instagram_core.accounts.errors import EmailTakenError, UsernameTakenError
from instagram_core.accounts.model import Account, AccountChange, ProfileCounts, User, UserId
from instagram_core.accounts.ports import AccountReader, ProfileCounter, UserRepository
from instagram_core.kernel.events import Event
from instagram_core.kernel.unset import UNSET
from instagram_postgres.database import PostgresDatabase
from instagram_postgres.job_rows import INSERT_EVENT, INSERT_EVENTS, JobRows
from instagram_postgres.user_rows import ACCOUNT_COLUMNS, USER_COLUMNS, account_of, user_of

_ADD: Final = f"""
    WITH added AS (
        INSERT INTO users (
            id, username, username_key, email, email_key, password_hash, display_name, bio,
            website, is_private, role, standing, media_generation, created_at
        )
        VALUES (
            %(id)s, %(username)s, %(username_key)s, %(email)s, %(email_key)s, %(password_hash)s,
            %(display_name)s, %(bio)s, %(website)s, %(is_private)s, %(role)s, %(standing)s,
            %(media_generation)s, %(created_at)s
        )
        ON CONFLICT DO NOTHING
        RETURNING 1
    ),
    announced AS ({INSERT_EVENT} WHERE EXISTS (SELECT FROM added))
    SELECT 1 FROM added
"""
_HAS_USERNAME: Final = "SELECT 1 FROM users WHERE username_key = %(username_key)s"
_GET_MANY: Final = f"""
    SELECT {USER_COLUMNS} FROM users WHERE id = ANY(%(ids)s) AND standing <> 'deleted'
"""
_PAGE: Final = """
    SELECT id FROM users WHERE id > %(after)s AND standing = 'active' ORDER BY id LIMIT %(limit)s
"""
_LOWEST: Final = UUID(int=0)
_COUNT: Final = "SELECT count(*) FROM users WHERE standing = 'active'"
_FIND: Final = f"""
    SELECT {ACCOUNT_COLUMNS}
      FROM users
     WHERE (username_key = %(login)s OR email_key = %(login)s) AND standing <> 'deleted'
     ORDER BY username_key = %(login)s DESC
     LIMIT 1
"""
_ACCOUNT: Final = f"""
    SELECT {ACCOUNT_COLUMNS} FROM users WHERE id = %(id)s AND standing <> 'deleted'
"""
_CHANGE: Final = f"""
    WITH changed AS (
        UPDATE users
           SET display_name = coalesce(%(display_name)s, display_name),
               bio = coalesce(%(bio)s, bio),
               website = coalesce(%(website)s, website),
               is_private = coalesce(%(is_private)s, is_private),
               role = coalesce(%(role)s, role),
               standing = coalesce(%(standing)s, standing),
               password_hash = coalesce(%(password_hash)s, password_hash),
               media_generation = media_generation + (
                   coalesce(%(is_private)s <> is_private, false)
                   OR coalesce(%(standing)s <> standing, false)
               )::integer
         WHERE id = %(id)s AND standing <> 'deleted'
        RETURNING {ACCOUNT_COLUMNS}
    ),
    announced AS ({INSERT_EVENTS} WHERE EXISTS (SELECT FROM changed))
    SELECT * FROM changed
"""
_COUNTS: Final = """
    SELECT user_id, followers, following, posts FROM profile_counters WHERE user_id = ANY(%(ids)s)
"""


class PostgresUserRepository(UserRepository):
    """Keeps accounts in `users`."""

    def __init__(self, database: PostgresDatabase, job_rows: JobRows) -> None:
        """Keep them in `database`; `job_rows` makes the events that go with changes."""
        self._database = database
        self._job_rows = job_rows

    async def add(self, account: Account, announce: Event | None = None) -> None:
        """Store a new account, in one round trip when it is not refused."""
        user = account.user
        parameters = {
            "id": user.id,
            "username": user.username,
            "username_key": user.username.lower(),
            "email": account.email,
            "email_key": account.email.lower(),
            "password_hash": account.password_hash,
            "display_name": user.display_name,
            "bio": user.bio,
            "website": user.website,
            "is_private": user.is_private,
            "role": user.role.value,
            "standing": user.standing.value,
            "media_generation": user.media_generation,
            "created_at": user.created_at,
            **self._job_rows.one(announce),
        }
        if await self._database.fetch_one(_ADD, parameters) is not None:
            return
        # Asked apart: the first statement does not see what was committed while it waited.
        if await self._database.fetch_one(_HAS_USERNAME, parameters, repeatable=True):
            raise self._database.refusal(UsernameTakenError())
        raise self._database.refusal(EmailTakenError())

    async def get_many(self, users: Iterable[UserId]) -> Mapping[UserId, User]:
        """Give those who are not deleted."""
        rows = await self._database.fetch(_GET_MANY, {"ids": list(users)}, repeatable=True)
        return {(user := user_of(row)).id: user for row in rows}

    async def find(self, login: str) -> Account | None:
        """Give the account of a name or an address."""
        return await self._one(_FIND, {"login": login.lower()})

    async def account(self, user: UserId) -> Account | None:
        """Give the account of an id."""
        return await self._one(_ACCOUNT, {"id": user})

    async def change(
        self, user: UserId, change: AccountChange, announce: Iterable[Event] = ()
    ) -> Account | None:
        """Change what is set; no column of these may be null, so null stands for UNSET."""
        parameters = {
            "id": user,
            "display_name": _or_null(change.display_name),
            "bio": _or_null(change.bio),
            "website": _or_null(change.website),
            "is_private": _or_null(change.is_private),
            "role": _or_null(change.role),
            "standing": _or_null(change.standing),
            "password_hash": _or_null(change.password_hash),
            **self._job_rows.many(announce),
        }
        row = await self._database.fetch_one(_CHANGE, parameters)
        return None if row is None else account_of(row)

    async def _one(self, sql: str, parameters: Mapping[str, object]) -> Account | None:
        row = await self._database.fetch_one(sql, parameters, repeatable=True)
        return None if row is None else account_of(row)


class PostgresProfileCounter(ProfileCounter):
    """Reads `profile_counters`, which has a row for those who ever had a number."""

    def __init__(self, database: PostgresDatabase) -> None:
        """Read from `database`."""
        self._database = database

    async def counts(self, users: Iterable[UserId]) -> Mapping[UserId, ProfileCounts]:
        """Give where the counters stand."""
        found = dict.fromkeys(users, ProfileCounts())
        rows = await self._database.fetch(_COUNTS, {"ids": list(found)}, repeatable=True)
        for user, followers, following, posts in rows:
            found[user] = ProfileCounts(followers=followers, following=following, posts=posts)
        return found


class PostgresAccountReader(AccountReader):
    """Walks through `users`."""

    def __init__(self, database: PostgresDatabase) -> None:
        """Read from `database`."""
        self._database = database

    async def page(self, after: UserId | None, limit: int) -> tuple[UserId, ...]:
        """Give active accounts above an id."""
        parameters = {"after": after or _LOWEST, "limit": limit}
        rows = await self._database.fetch(_PAGE, parameters, repeatable=True)
        return tuple(UserId(user) for (user,) in rows)

    async def count(self) -> int:
        """Give how many are active, by looking at each."""
        ((count,),) = await self._database.fetch(_COUNT, repeatable=True)
        return int(count)


def _or_null(value: object) -> object:
    return None if value is UNSET else value
