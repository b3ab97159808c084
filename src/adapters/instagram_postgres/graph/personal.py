"""Mutes and close friends."""

from typing import Final

from instagram_core.accounts.errors import UserNotFound
from instagram_core.accounts.model import UserId
from instagram_core.graph.events import MuteChanged
from instagram_core.graph.model import PersonalList
from instagram_core.graph.ports import PersonalListRepository
from instagram_core.kernel.paging import Page, Position
from instagram_postgres.database import PostgresDatabase
from instagram_postgres.job_rows import INSERT_EVENT, JobRows
from instagram_postgres.pages import older_than, page_of

_PUT: Final = f"""
    WITH outcome AS (
        SELECT put_on_list(%(list)s, %(owner)s, %(member)s, %(at)s) AS changed
    ),
    announced AS (
        {INSERT_EVENT} WHERE EXISTS (SELECT FROM outcome WHERE changed)
    )
    SELECT changed FROM outcome
"""
_REMOVE: Final = f"""
    WITH removed AS (
        DELETE FROM personal_lists
         WHERE owner_id = %(owner)s AND list = %(list)s AND member_id = %(member)s
        RETURNING true
    ),
    announced AS (
        {INSERT_EVENT} WHERE EXISTS (SELECT FROM removed)
    )
    SELECT true FROM removed
"""
_PAGE: Final = """
    SELECT listed_at, member_id FROM personal_lists
     WHERE owner_id = %(owner)s AND list = %(list)s
       AND (listed_at, member_id) < (%(before_at)s, %(before_id)s)
       AND is_listed(member_id, NULL)
     ORDER BY listed_at DESC, member_id DESC
     LIMIT %(rows)s
"""


class PostgresPersonalListRepository(PersonalListRepository):
    """Keeps lists that only their owner knows."""

    def __init__(self, database: PostgresDatabase, job_rows: JobRows) -> None:
        """Keep them in `database`; `job_rows` makes the events that go with changes."""
        self._database = database
        self._job_rows = job_rows

    async def put(
        self,
        which: PersonalList,
        owner: UserId,
        member: UserId,
        at: int,
        announce: MuteChanged | None = None,
    ) -> bool:
        """Add a person who is there for the owner."""
        parameters = {
            "list": which.value,
            "owner": owner,
            "member": member,
            "at": at,
            **self._job_rows.one(announce),
        }
        ((changed,),) = await self._database.fetch(_PUT, parameters)
        if changed is None:
            raise self._database.refusal(UserNotFound())
        return bool(changed)

    async def remove(
        self,
        which: PersonalList,
        owner: UserId,
        member: UserId,
        announce: MuteChanged | None = None,
    ) -> bool:
        """Remove a person."""
        parameters = {
            "list": which.value,
            "owner": owner,
            "member": member,
            **self._job_rows.one(announce),
        }
        return bool(await self._database.fetch(_REMOVE, parameters))

    async def page(
        self, which: PersonalList, owner: UserId, after: Position | None, limit: int
    ) -> Page[UserId]:
        """Give the active members of a list; blocks end listings, so there is nobody to hide."""
        parameters = {"list": which.value, "owner": owner, **older_than(after, limit)}
        rows = await self._database.fetch(_PAGE, parameters, repeatable=True)
        return page_of(rows, limit, lambda row: UserId(row[1]))
