"""Rows of `users` as values of the core."""

from typing import Final

from instagram_core.accounts.model import Account, Role, Standing, User, UserId
from instagram_postgres.pool import Row

USER_COLUMNS: Final = """
    users.id, users.username, users.display_name, users.bio, users.website, users.avatar_stem,
    users.is_private, users.role, users.standing, users.media_generation, users.created_at
"""
"""What `user_of` takes, in order."""

USER_WIDTH: Final = 11
"""How many columns USER_COLUMNS are."""

ACCOUNT_COLUMNS: Final = f"{USER_COLUMNS}, users.email, users.password_hash"
"""What `account_of` takes, in order."""


def user_of(row: Row) -> User:
    """Give the user of a row that begins with USER_COLUMNS."""
    return User(
        id=UserId(row[0]),
        username=row[1],
        display_name=row[2],
        bio=row[3],
        website=row[4],
        avatar=row[5],
        is_private=row[6],
        role=Role(row[7]),
        standing=Standing(row[8]),
        media_generation=row[9],
        created_at=row[10],
    )


def account_of(row: Row) -> Account:
    """Give the account of a row of ACCOUNT_COLUMNS."""
    return Account(user=user_of(row), email=row[USER_WIDTH], password_hash=row[USER_WIDTH + 1])
