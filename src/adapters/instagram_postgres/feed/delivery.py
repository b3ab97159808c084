"""How each author is delivered; migration 0009 says how that is kept in step with publishing."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from instagram_core.accounts.model import UserId
from instagram_core.feed.events import AuthorCrossed
from instagram_core.feed.model import Delivery, PushRule
from instagram_core.feed.ports import AuthorDelivery
from instagram_postgres.database import PostgresDatabase
from instagram_postgres.job_rows import JobRows

_SCANNED_MOST: Final = 100_000  # of one statement, which takes some 50 ms
_LOWEST: Final = UUID(int=0)

_SETTLE: Final = """
    WITH outcome AS (
        SELECT settled, begun FROM settle_delivery(%(author)s, %(pulled_from)s)
    ),
    announced AS (
        INSERT INTO jobs (id, queue, kind, payload, run_at, created_at)
        SELECT gen_random_uuid(), %(queue)s, %(kind)s,
               jsonb_build_object('author_id', %(author)s::uuid, 'round', begun),
               %(now)s, %(now)s
          FROM outcome WHERE begun IS NOT NULL
    )
    SELECT settled FROM outcome
"""
_ARRIVE: Final = """
    UPDATE author_deliveries SET delivery = 'pull'
     WHERE author_id = %(author)s AND delivery = 'crossing' AND round = %(round)s
    RETURNING true
"""
_PULLED: Final = """
    SELECT author_id FROM author_deliveries
     WHERE author_id = ANY (%(authors)s::uuid[]) AND delivery = 'pull'
"""
_UNSETTLED: Final = """
    WITH scanned AS MATERIALIZED (
        SELECT user_id, followers FROM profile_counters
         WHERE user_id > %(after)s
         ORDER BY user_id
         LIMIT %(most)s
    )
    SELECT ARRAY(
               SELECT user_id
                 FROM scanned LEFT JOIN author_deliveries ON author_id = user_id
                WHERE delivery_after(coalesce(delivery, 'push'), followers, %(pulled_from)s)
                      <> coalesce(delivery, 'push')
                ORDER BY user_id
                LIMIT %(limit)s
           ),
           CASE WHEN (SELECT count(*) FROM scanned) = %(most)s
                THEN (SELECT user_id FROM scanned ORDER BY user_id DESC LIMIT 1) END
"""


class PostgresAuthorDelivery(AuthorDelivery):
    """Keeps how each author is delivered."""

    def __init__(self, database: PostgresDatabase, job_rows: JobRows) -> None:
        """Keep it in `database`; `job_rows` makes the events that go with changes."""
        self._database = database
        self._job_rows = job_rows

    async def settle(self, author: UserId, rule: PushRule) -> Delivery:
        """Bring an author in line with the rule."""
        parameters = {
            "author": author,
            "pulled_from": rule.pulled_from,
            "queue": AuthorCrossed.queue,
            "kind": AuthorCrossed.kind,
            "now": self._job_rows.now(),
        }
        ((delivery,),) = await self._database.fetch(_SETTLE, parameters, repeatable=True)
        return Delivery(delivery)

    async def arrive(self, crossed: AuthorCrossed) -> bool:
        """Go from CROSSING to PULL, in the same round."""
        parameters = {"author": crossed.author_id, "round": crossed.round}
        return bool(await self._database.fetch(_ARRIVE, parameters))

    async def pulled(self, authors: Iterable[UserId]) -> frozenset[UserId]:
        """Give those who are PULL."""
        rows = await self._database.fetch(_PULLED, {"authors": list(authors)}, repeatable=True)
        return frozenset(UserId(author) for (author,) in rows)

    async def unsettled(
        self, rule: PushRule, after: UserId | None, limit: int
    ) -> tuple[UserId, ...]:
        """Give authors whom `settle` would move.

        Reads everybody's counters, part by part: an index on numbers that move with every follow
        would make each of those dearer.
        """
        found: list[UserId] = []
        start: UUID | None = after or _LOWEST
        while start is not None and len(found) < limit:
            parameters = {
                "after": start,
                "most": _SCANNED_MOST,
                "pulled_from": rule.pulled_from,
                "limit": limit - len(found),
            }
            rows = await self._database.fetch(_UNSETTLED, parameters, repeatable=True)
            ((authors, start),) = rows
            found += map(UserId, authors)
        return tuple(found)
