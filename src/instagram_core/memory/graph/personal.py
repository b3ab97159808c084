"""Mutes and close friends."""

from instagram_core.accounts.errors import UserNotFound
from instagram_core.accounts.model import UserId
from instagram_core.graph.events import MuteChanged
from instagram_core.graph.model import PersonalList
from instagram_core.graph.ports import PersonalListRepository
from instagram_core.kernel.paging import Page, Position
from instagram_core.memory.database import Database
from instagram_core.memory.pages import newest_first
from instagram_core.memory.visibility import is_active, is_listed


class InMemoryPersonalListRepository(PersonalListRepository):
    """Keeps lists that only their owner knows."""

    def __init__(self, database: Database) -> None:
        """Keep them in `database`."""
        self._database = database

    async def put(
        self,
        which: PersonalList,
        owner: UserId,
        member: UserId,
        at: int,
        announce: MuteChanged | None = None,
    ) -> bool:
        """Add a person who is there for the owner."""
        async with self._database.work() as tables:
            if not is_listed(tables, owner, member):
                raise UserNotFound
            if (which, owner, member) in tables.lists:
                return False
            tables.lists[which, owner, member] = at
            self._database.record(announce)
            return True

    async def remove(
        self,
        which: PersonalList,
        owner: UserId,
        member: UserId,
        announce: MuteChanged | None = None,
    ) -> bool:
        """Remove a person."""
        async with self._database.work() as tables:
            if tables.lists.pop((which, owner, member), None) is None:
                return False
            self._database.record(announce)
            return True

    async def page(
        self, which: PersonalList, owner: UserId, after: Position | None, limit: int
    ) -> Page[UserId]:
        """Give the active members of a list."""
        async with self._database.work() as tables:
            rows = (
                (Position(since, member), member)
                for (listed, of, member), since in tables.lists.items()
                if listed is which and of == owner and is_active(tables, member)
            )
            return newest_first(rows, after, limit)
