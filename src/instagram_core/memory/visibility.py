"""One person's view of another, put together from the tables."""

from collections.abc import Iterable, Mapping

from instagram_core.accounts.model import Standing, UserId
from instagram_core.graph.model import PersonalList
from instagram_core.memory.database import Database
from instagram_core.memory.tables import Tables
from instagram_core.visibility.model import Relationship, Sight
from instagram_core.visibility.ports import SightReader


def sight(tables: Tables, viewer: UserId | None, owner: UserId) -> Sight | None:
    """Give how `viewer` sees `owner`; None when the owner is unknown or deleted."""
    account = tables.accounts.get(owner)
    if account is None or account.user.standing is Standing.DELETED:
        return None
    return Sight(
        owner=owner,
        viewer=viewer,
        is_active=account.user.standing is Standing.ACTIVE,
        is_private=account.user.is_private,
        relationship=_relationship(tables, viewer, owner),
        blocked_by=(owner, viewer) in tables.blocks,
        is_close_friend=(PersonalList.CLOSE_FRIENDS, owner, viewer) in tables.lists,
    )


def _relationship(tables: Tables, viewer: UserId | None, owner: UserId) -> Relationship:
    # Nobody (None) is in no row, so every answer about them is no.
    return Relationship(
        following=(viewer, owner) in tables.follows,
        requested=(viewer, owner) in tables.requests,
        followed_by=(owner, viewer) in tables.follows,
        blocking=(viewer, owner) in tables.blocks,
        muting=(PersonalList.MUTES, viewer, owner) in tables.lists,
        close_friend=(PersonalList.CLOSE_FRIENDS, viewer, owner) in tables.lists,
    )


def is_active(tables: Tables, user: UserId) -> bool:
    """Tell whether the account is there, neither suspended nor deleted."""
    account = tables.accounts.get(user)
    return account is not None and account.user.standing is Standing.ACTIVE


def is_deleted(tables: Tables, user: UserId) -> bool:
    """Tell whether the account was deleted."""
    account = tables.accounts.get(user)
    return account is not None and account.user.standing is Standing.DELETED


def is_block_between(tables: Tables, one: UserId | None, other: UserId) -> bool:
    """Tell whether either blocks the other."""
    return (one, other) in tables.blocks or (other, one) in tables.blocks


def is_listed(tables: Tables, viewer: UserId | None, member: UserId) -> bool:
    """Tell whether a list of people shows `member` to `viewer`: active, and no block between."""
    return is_active(tables, member) and not is_block_between(tables, viewer, member)


class InMemorySightReader(SightReader):
    """Reads what the policy needs."""

    def __init__(self, database: Database) -> None:
        """Read from `database`."""
        self._database = database

    async def sights(
        self, viewer: UserId | None, owners: Iterable[UserId]
    ) -> Mapping[UserId, Sight]:
        """Give the view of each owner who is there."""
        async with self._database.work() as tables:
            found = {owner: sight(tables, viewer, owner) for owner in owners}
            return {owner: seen for owner, seen in found.items() if seen is not None}
