"""Profiles, as one viewer may see them."""

import asyncio

import attrs

from instagram_core.accounts.errors import UserNotFound
from instagram_core.accounts.model import Account, ProfileCounts, User, UserId
from instagram_core.accounts.ports import ProfileCounter, UserRepository
from instagram_core.visibility.model import Sight
from instagram_core.visibility.policy import may_see_profile
from instagram_core.visibility.ports import SightReader


@attrs.frozen(kw_only=True)
class Profile:
    """A user, their numbers, and what they are to the viewer."""

    user: User
    counts: ProfileCounts
    sight: Sight


@attrs.frozen(kw_only=True)
class Me:
    """One's own account with its numbers."""

    account: Account
    counts: ProfileCounts


class Profiles:
    """Shows people."""

    def __init__(
        self, *, users: UserRepository, counter: ProfileCounter, sights: SightReader
    ) -> None:
        """Work on these."""
        self._users = users
        self._counter = counter
        self._sights = sights

    async def profile(self, viewer: UserId | None, user: UserId) -> Profile:
        """Give a profile by id.

        UserNotFound when it is not there, suspended, or its owner blocks the viewer. Private
        accounts show their profile.
        """
        users, counts, sights = await asyncio.gather(
            self._users.get_many([user]),
            self._counter.counts([user]),
            self._sights.sights(viewer, [user]),
        )
        if user not in users or user not in sights or not may_see_profile(sights[user]):
            raise UserNotFound
        return Profile(user=users[user], counts=counts[user], sight=sights[user])

    async def profile_of_name(self, viewer: UserId | None, username: str) -> Profile:
        """Give a profile by username, any case; errors as for `profile`."""
        account = None if "\0" in username or "@" in username else await self._users.find(username)
        if account is None:
            raise UserNotFound
        return await self.profile(viewer, account.user.id)

    async def me(self, user: UserId) -> Me:
        """Give one's own account; UserNotFound when it was deleted meanwhile."""
        account, counts = await asyncio.gather(
            self._users.account(user), self._counter.counts([user])
        )
        if account is None:
            raise UserNotFound
        return Me(account=account, counts=counts[user])
