"""How close somebody is to authors; migration 0010 says what it is read from."""

from collections.abc import Iterable, Mapping
from typing import Final

from instagram_core.accounts.model import UserId
from instagram_core.feed.affinity import FORGOTTEN_MS, HALF_LIFE_MS, LIKES, WORTH, Interaction
from instagram_core.feed.ports import Affinities
from instagram_postgres.database import PostgresDatabase

# Everything of the reader's is looked up by its keys and then compared with the authors: OFFSET 0
# keeps the planner from going to the authors, of whom some have millions of likes and visits.
_STRENGTHS: Final = """
    SELECT author_id, sum(faded(strength, since, %(at)s, %(half_life)s, %(forgotten)s))
      FROM (SELECT (SELECT author_id FROM posts WHERE id = liked.post_id) AS author_id,
                   %(like)s::double precision AS strength,
                   liked_at AS since
              FROM (SELECT post_id, liked_at FROM likes WHERE user_id = %(reader)s
                     ORDER BY post_id DESC LIMIT %(likes)s) AS liked
             UNION ALL
            SELECT owner_id, %(visit)s * strength, visited_at FROM profile_visits
             WHERE viewer_id = %(reader)s
            OFFSET 0) AS interaction
     WHERE author_id = ANY (%(authors)s::uuid[])
     GROUP BY author_id
"""
_VISITED: Final = """
    SELECT record_visit(%(viewer)s, %(owner)s, %(at)s, %(half_life)s, %(forgotten)s)
"""
_FADING: Final[Mapping[str, object]] = {"half_life": HALF_LIFE_MS, "forgotten": FORGOTTEN_MS}


class PostgresAffinities(Affinities):
    """Reads likes, and keeps visits."""

    def __init__(self, database: PostgresDatabase) -> None:
        """Keep visits in `database`, where the likes are."""
        self._database = database

    async def strengths(
        self, reader: UserId, authors: Iterable[UserId], at: int
    ) -> Mapping[UserId, float]:
        """Give how close each author is."""
        parameters = {
            "reader": reader,
            "authors": list(set(authors) - {reader}),
            "at": at,
            "like": WORTH[Interaction.LIKE],
            "likes": LIKES,
            "visit": WORTH[Interaction.VISIT],
            **_FADING,
        }
        rows = await self._database.fetch(_STRENGTHS, parameters, repeatable=True)
        return {UserId(author): strength for author, strength in rows if strength}

    async def visited(self, viewer: UserId, owner: UserId, at: int) -> bool:
        """Record a visit."""
        parameters = {"viewer": viewer, "owner": owner, "at": at, **_FADING}
        ((is_recorded,),) = await self._database.fetch(_VISITED, parameters)
        return bool(is_recorded)
