"""Counters compared with the rows they count, and mended by functions of migration 0007."""

from collections.abc import AsyncIterator, Iterable
from typing import Final
from uuid import UUID

import attrs

from instagram_core.kernel.counters import CounterDifference, CounterRepair
from instagram_postgres.database import PostgresDatabase
from instagram_postgres.pool import Row

_BATCH: Final = 500
_BEFORE_ALL: Final = UUID(int=0)

# One statement sees one moment, in which every counter equals its list if all is well. The last
# subject of the batch is given in any case, to go on from.
_COMPARE_LIKES: Final = """
    WITH batch AS (
        SELECT id FROM posts WHERE id > %(after)s ORDER BY id LIMIT %(batch)s
    )
    SELECT id, 'likes', stored, actual
      FROM batch
     CROSS JOIN LATERAL (SELECT coalesce(sum(likes), 0)::bigint AS stored
                           FROM like_slots WHERE post_id = id) AS counter
     CROSS JOIN LATERAL (SELECT count(*) AS actual FROM likes WHERE post_id = id) AS list
     WHERE stored <> actual OR id = (SELECT id FROM batch ORDER BY id DESC LIMIT 1)
     ORDER BY id
"""
_COMPARE_PROFILES: Final = """
    WITH batch AS (
        SELECT id FROM users WHERE id > %(after)s ORDER BY id LIMIT %(batch)s
    )
    SELECT id, counter, stored, actual
      FROM batch
      LEFT JOIN profile_counters ON user_id = id
     CROSS JOIN LATERAL (
           VALUES ('followers', coalesce(followers, 0),
                   (SELECT count(*) FROM follows WHERE followee_id = id)),
                  ('following', coalesce(following, 0),
                   (SELECT count(*) FROM follows WHERE follower_id = id)),
                  ('posts', coalesce(posts, 0),
                   (SELECT count(shared_at) FROM posts WHERE author_id = batch.id))
           ) AS compared (counter, stored, actual)
     WHERE stored <> actual OR id = (SELECT id FROM batch ORDER BY id DESC LIMIT 1)
     ORDER BY id
"""
_MEND_LIKES: Final = """
    SELECT %(subject)s::uuid, 'likes', stored, actual FROM mend_likes(%(subject)s)
"""
_MEND_PROFILE: Final = """
    SELECT %(subject)s::uuid, counter, stored, actual FROM mend_profile(%(subject)s)
"""


@attrs.frozen
class _Family:
    """Counters that are compared by one statement and mended by another."""

    compare: str
    mend: str


_FAMILIES: Final = (
    _Family(_COMPARE_PROFILES, _MEND_PROFILE),
    _Family(_COMPARE_LIKES, _MEND_LIKES),
)


class PostgresCounterRepair(CounterRepair):
    """Recomputes every counter, a batch of subjects at a time."""

    def __init__(self, database: PostgresDatabase) -> None:
        """Compare and mend those of `database`."""
        self._database = database

    async def repair(self, *, dry_run: bool) -> AsyncIterator[CounterDifference]:
        """Give what one look at each batch found, or what was mended under the counter's locks."""
        for family in _FAMILIES:
            after = _BEFORE_ALL
            while rows := await self._compared(family, after):
                after = rows[-1][0]
                differences = _differences(rows)
                if not dry_run:
                    differences = await self._mended(family, differences)
                for difference in differences:
                    yield difference

    async def _compared(self, family: _Family, after: UUID) -> list[Row]:
        parameters = {"after": after, "batch": _BATCH}
        return await self._database.fetch(family.compare, parameters, repeatable=True)

    async def _mended(
        self, family: _Family, differences: Iterable[CounterDifference]
    ) -> list[CounterDifference]:
        mended: list[CounterDifference] = []
        for subject in dict.fromkeys(difference.subject for difference in differences):
            mended += _differences(await self._database.fetch(family.mend, {"subject": subject}))
        return mended


def _differences(rows: Iterable[Row]) -> list[CounterDifference]:
    return [
        CounterDifference(counter=counter, subject=subject, stored=stored, actual=actual)
        for subject, counter, stored, actual in rows
        if stored != actual
    ]
