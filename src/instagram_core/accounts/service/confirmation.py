"""Asking for the password again before a grave step."""

from instagram_core.accounts.errors import WrongPasswordError
from instagram_core.accounts.model import UserId
from instagram_core.accounts.ports import PasswordHasher, UserRepository


async def confirm_password(
    users: UserRepository, passwords: PasswordHasher, user: UserId, password: str
) -> None:
    """Return when the password is the user's; WrongPasswordError when it is not."""
    account = await users.account(user)
    if not await passwords.verify(password, account.password_hash if account else None):
        raise WrongPasswordError
