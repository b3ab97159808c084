"""Asking for the password again before a grave step."""

from instagram_core.accounts.errors import UserNotFound, WrongPasswordError
from instagram_core.accounts.model import AccountChange, UserId
from instagram_core.accounts.ports import PasswordHasher, UserRepository


async def confirm_password(
    users: UserRepository, passwords: PasswordHasher, user: UserId, password: str
) -> str:
    """Give the hash that the password fits; WrongPasswordError when it is not the user's."""
    account = await users.account(user)
    known = account.password_hash if account else None
    is_right = await passwords.verify(password, known)
    if known is None or not is_right:
        raise WrongPasswordError
    return known


async def holds_still(users: UserRepository, user: UserId, confirmed: str) -> bool:
    """Tell whether the hash is still the user's; it stays so until the transaction ends.

    Verifying takes long enough for somebody else to change the password, and then the old one
    must not do anything any more. UserNotFound when the account is gone.
    """
    present = await users.change(user, AccountChange())
    if present is None:
        raise UserNotFound
    return present.password_hash == confirmed
