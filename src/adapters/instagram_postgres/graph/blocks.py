"""Blocks."""

from typing import Final

from instagram_core.accounts.errors import UserNotFound
from instagram_core.accounts.model import UserId
from instagram_core.graph.events import Blocked, Unblocked
from instagram_core.graph.ports import BlockRepository
from instagram_core.kernel.paging import Page, Position
from instagram_postgres.database import PostgresDatabase
from instagram_postgres.job_rows import INSERT_EVENT, JobRows
from instagram_postgres.pages import older_than, page_of

_BLOCK: Final = f"""
    WITH outcome AS (
        SELECT block_user(%(blocker)s, %(blocked)s, %(at)s) AS changed
    ),
    announced AS (
        {INSERT_EVENT} WHERE EXISTS (SELECT FROM outcome WHERE changed)
    )
    SELECT changed FROM outcome
"""
_UNBLOCK: Final = f"""
    WITH lifted AS (
        DELETE FROM blocks WHERE blocker_id = %(blocker)s AND blocked_id = %(blocked)s
        RETURNING true
    ),
    announced AS (
        {INSERT_EVENT} WHERE EXISTS (SELECT FROM lifted)
    )
    SELECT true FROM lifted
"""
_PAGE: Final = """
    SELECT blocked_at, blocked_id FROM blocks
     WHERE blocker_id = %(blocker)s
       AND (blocked_at, blocked_id) < (%(before_at)s, %(before_id)s)
       AND (SELECT standing <> 'deleted' FROM users WHERE id = blocked_id)
     ORDER BY blocked_at DESC, blocked_id DESC
     LIMIT %(rows)s
"""


class PostgresBlockRepository(BlockRepository):
    """Keeps blocks."""

    def __init__(self, database: PostgresDatabase, job_rows: JobRows) -> None:
        """Keep them in `database`; `job_rows` makes the events that go with changes."""
        self._database = database
        self._job_rows = job_rows

    async def block(self, blocked: Blocked, at: int) -> bool:
        """Block, and end everything between the two."""
        parameters = {
            "blocker": blocked.blocker_id,
            "blocked": blocked.blocked_id,
            "at": at,
            **self._job_rows.one(blocked),
        }
        ((changed,),) = await self._database.fetch(_BLOCK, parameters)
        if changed is None:
            raise self._database.refusal(UserNotFound())
        return bool(changed)

    async def unblock(self, unblocked: Unblocked) -> bool:
        """Lift a block."""
        parameters = {
            "blocker": unblocked.blocker_id,
            "blocked": unblocked.blocked_id,
            **self._job_rows.one(unblocked),
        }
        return bool(await self._database.fetch(_UNBLOCK, parameters))

    async def page(self, blocker: UserId, after: Position | None, limit: int) -> Page[UserId]:
        """Give whom `blocker` blocks, suspended people among them."""
        parameters = {"blocker": blocker, **older_than(after, limit)}
        rows = await self._database.fetch(_PAGE, parameters, repeatable=True)
        return page_of(rows, limit, lambda row: UserId(row[1]))
