"""One person's view of others, read as `sight_of` of migration 0002 gives it."""

from collections.abc import Iterable, Mapping
from typing import Final

from instagram_core.accounts.model import UserId
from instagram_core.visibility.model import Relationship, Sight
from instagram_core.visibility.ports import SightReader
from instagram_postgres.database import PostgresDatabase
from instagram_postgres.pool import Row

SIGHT_COLUMNS: Final = """
    sight.is_active, sight.is_private,
    sight.following, sight.requested, sight.followed_by,
    sight.blocking, sight.muting, sight.close_friend,
    sight.blocked_by, sight.is_close_friend
"""
"""What `sight_from` takes, of `sight_of(viewer, owner) AS sight`."""

# The array comes from a subquery, as in `posts/states.py`.
_SIGHTS: Final = f"""
    SELECT owner.id, {SIGHT_COLUMNS}
      FROM unnest((SELECT %(owners)s::uuid[])) AS owner (id)
     CROSS JOIN LATERAL sight_of(%(viewer)s::uuid, owner.id) AS sight
"""


class PostgresSightReader(SightReader):
    """Reads what the policy needs."""

    def __init__(self, database: PostgresDatabase) -> None:
        """Read from `database`."""
        self._database = database

    async def sights(
        self, viewer: UserId | None, owners: Iterable[UserId]
    ) -> Mapping[UserId, Sight]:
        """Give the view of each owner who is there."""
        parameters = {"viewer": viewer, "owners": list(owners)}
        rows = await self._database.fetch(_SIGHTS, parameters, repeatable=True)
        return {UserId(row[0]): sight_from(viewer, UserId(row[0]), row[1:]) for row in rows}


def sight_from(viewer: UserId | None, owner: UserId, facts: Row) -> Sight:
    """Give the view that SIGHT_COLUMNS describe."""
    is_active, is_private, *between, blocked_by, is_close_friend = facts
    following, requested, followed_by, blocking, muting, close_friend = between
    return Sight(
        owner=owner,
        viewer=viewer,
        is_active=is_active,
        is_private=is_private,
        relationship=Relationship(
            following=following,
            requested=requested,
            followed_by=followed_by,
            blocking=blocking,
            muting=muting,
            close_friend=close_friend,
        ),
        blocked_by=blocked_by,
        is_close_friend=is_close_friend,
    )
