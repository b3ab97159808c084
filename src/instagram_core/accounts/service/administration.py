"""What an operator may do to accounts. Whoever calls this is trusted."""

from instagram_core.accounts.errors import UserNotFound
from instagram_core.accounts.events import ProfileChanged, StandingChanged
from instagram_core.accounts.model import Account, AccountChange, Role, Standing, UserId
from instagram_core.accounts.policy import checked_password
from instagram_core.accounts.ports import PasswordHasher, SessionStore, UserRepository
from instagram_core.kernel.reactions import Reactions
from instagram_core.kernel.transaction import Transaction


class Administration:
    """Roles, suspension and lost passwords."""

    def __init__(
        self,
        *,
        transaction: Transaction,
        users: UserRepository,
        sessions: SessionStore,
        passwords: PasswordHasher,
        reactions: Reactions,
    ) -> None:
        """Work on these."""
        self._transaction = transaction
        self._users = users
        self._sessions = sessions
        self._passwords = passwords
        self._reactions = reactions

    async def find(self, login: str) -> Account:
        """Give the account of a username or e-mail address; UserNotFound when there is none."""
        account = None if "\0" in login else await self._users.find(login)
        if account is None:
            raise UserNotFound
        return account

    async def assign(self, user: UserId, role: Role) -> Account:
        """Give an account a role; it holds from the next request on."""
        account = _present(await self._users.change(user, AccountChange(role=role)))
        await self._reactions.to(ProfileChanged(user_id=user))  # it shows whether they are verified
        return account

    async def suspend(self, user: UserId) -> Account:
        """Take an account out of everybody's sight and end its sessions. Idempotent."""
        async with self._transaction():
            account = await self._stand(user, Standing.SUSPENDED)
            await self._sessions.revoke(user)
        return account

    async def reinstate(self, user: UserId) -> Account:
        """Let a suspended account take part again. Idempotent."""
        return await self._stand(user, Standing.ACTIVE)

    async def reset_password(self, user: UserId, password: str) -> None:
        """Set a password and end every session."""
        hashed = await self._passwords.hash(checked_password(password))
        async with self._transaction():
            _present(await self._users.change(user, AccountChange(password_hash=hashed)))
            await self._sessions.revoke(user)

    async def _stand(self, user: UserId, standing: Standing) -> Account:
        changed, change = StandingChanged(user_id=user), AccountChange(standing=standing)
        account = _present(await self._users.change(user, change, [changed]))
        await self._reactions.to(changed)
        return account


def _present(account: Account | None) -> Account:
    if account is None:
        raise UserNotFound
    return account
