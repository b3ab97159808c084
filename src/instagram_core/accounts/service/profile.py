"""Changing one's own profile."""

from instagram_core.accounts.errors import UserNotFound
from instagram_core.accounts.events import PrivacyChanged, ProfileChanged
from instagram_core.accounts.model import Account, AccountChange, UserId
from instagram_core.accounts.policy import checked_bio, checked_display_name, checked_website
from instagram_core.accounts.ports import UserRepository, WaitingRequests
from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.kernel.reactions import Reactions
from instagram_core.kernel.transaction import Transaction
from instagram_core.kernel.unset import UNSET


class ProfileEditing:
    """Lets people say who they are, and who may look."""

    def __init__(
        self,
        *,
        transaction: Transaction,
        users: UserRepository,
        requests: WaitingRequests,
        clock: Clock,
        reactions: Reactions,
    ) -> None:
        """Work on these."""
        self._transaction = transaction
        self._users = users
        self._requests = requests
        self._clock = clock
        self._reactions = reactions

    async def edit(self, user: UserId, change: AccountChange) -> Account:
        """Change display name, bio, website or privacy; what is UNSET stays.

        - Going private or public changes what strangers see at once; media addresses given out
          before die.
        - Going public accepts every request that waits.

        ValueError for anything else of an account: that is not the owner's to change.
        """
        _check(change)
        if change.is_private is UNSET:
            account = await self._change(user, change, ())
            if change != AccountChange():
                await self._reactions.to(ProfileChanged(user_id=user))
            return account
        changed = PrivacyChanged(user_id=user)
        async with self._transaction():
            account = await self._change(user, change, (changed,))
            if not account.user.is_private:
                await self._requests.accept_all(user, to_milliseconds(self._clock.now()))
        await self._reactions.to(changed)
        return account

    async def _change(
        self, user: UserId, change: AccountChange, announce: tuple[PrivacyChanged, ...]
    ) -> Account:
        account = await self._users.change(user, change, announce)
        if account is None:
            raise UserNotFound
        return account


def _check(change: AccountChange) -> None:
    if {change.role, change.standing, change.password_hash} != {UNSET}:
        raise ValueError("role, standing and password are no part of a profile")
    if change.display_name is not UNSET:
        checked_display_name(change.display_name)
    if change.bio is not UNSET:
        checked_bio(change.bio)
    if change.website is not UNSET:
        checked_website(change.website)
