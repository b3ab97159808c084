"""Leaving: a deleted account vanishes at once, what it leaves behind is erased after."""

from typing import ClassVar

from instagram_core.accounts.errors import UserNotFound
from instagram_core.accounts.events import AccountDeleted
from instagram_core.accounts.model import AccountChange, Session, Standing, UserId
from instagram_core.accounts.ports import (
    AccountEraser,
    PasswordHasher,
    SessionStore,
    Sweeper,
    UserRepository,
)
from instagram_core.accounts.service.confirmation import confirm_password, holds_still
from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.kernel.reactions import Reactions
from instagram_core.kernel.transaction import Transaction


class AccountClosing:
    """Ends accounts, and sessions that are over."""

    ROWS_AT_ONCE: ClassVar[int] = 500
    """Bounds each transaction of an erasure, so that readers never wait for it."""

    def __init__(
        self,
        *,
        transaction: Transaction,
        users: UserRepository,
        sessions: SessionStore,
        sweeper: Sweeper,
        eraser: AccountEraser,
        passwords: PasswordHasher,
        clock: Clock,
        reactions: Reactions,
    ) -> None:
        """Work on these."""
        self._transaction = transaction
        self._users = users
        self._sessions = sessions
        self._sweeper = sweeper
        self._eraser = eraser
        self._passwords = passwords
        self._clock = clock
        self._reactions = reactions

    async def close(self, user: UserId, password: str) -> None:
        """Delete one's own account, on its password: WrongPasswordError when that is wrong."""
        while True:
            known = await confirm_password(self._users, self._passwords, user, password)
            async with self._transaction():
                if await holds_still(self._users, user, known):
                    await self.delete(user)
                    return

    async def delete(self, user: UserId) -> None:
        """Delete an account: gone for everybody at once, sessions ended; erasure follows as a job.

        UserNotFound when it is unknown or deleted already.
        """
        deleted, change = AccountDeleted(user_id=user), AccountChange(standing=Standing.DELETED)
        async with self._transaction():
            if await self._users.change(user, change, [deleted]) is None:
                raise UserNotFound
            await self._sessions.revoke(user)
        await self._reactions.to(deleted)

    async def erase(self, user: UserId) -> None:
        """Remove what a deleted account left behind; resumable, safe to repeat."""
        while not await self._eraser.erase(user, self.ROWS_AT_ONCE):
            pass

    async def sweep(self) -> int:
        """Forget sessions that are over; give how many."""
        before = to_milliseconds(self._clock.now()) - Session.LIFETIME_SECONDS * 1000
        total = 0
        while removed := await self._sweeper.sweep(before, self.ROWS_AT_ONCE):
            total += removed
        return total
