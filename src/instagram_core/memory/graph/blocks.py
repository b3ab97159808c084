"""Blocks."""

from instagram_core.accounts.errors import UserNotFound
from instagram_core.accounts.model import Standing, UserId
from instagram_core.graph.events import Blocked, Unblocked
from instagram_core.graph.model import PersonalList
from instagram_core.graph.ports import BlockRepository
from instagram_core.kernel.paging import Page, Position
from instagram_core.memory.database import Database
from instagram_core.memory.feed.affinities import end_visits
from instagram_core.memory.graph.follows import end_follow
from instagram_core.memory.likes import end_like
from instagram_core.memory.pages import newest_first
from instagram_core.memory.tables import Tables


class InMemoryBlockRepository(BlockRepository):
    """Keeps blocks."""

    def __init__(self, database: Database) -> None:
        """Keep them in `database`."""
        self._database = database

    async def block(self, blocked: Blocked, at: int) -> bool:
        """Block, and end everything between the two."""
        one, other = pair = blocked.blocker_id, blocked.blocked_id
        async with self._database.work() as tables:
            if not _is_there(tables, other):
                raise UserNotFound
            if pair in tables.blocks:
                return False
            tables.blocks[pair] = at
            _end_all(tables, one, other)
            _end_all(tables, other, one)
            self._database.record(blocked)
            return True

    async def unblock(self, unblocked: Unblocked) -> bool:
        """Lift a block."""
        pair = unblocked.blocker_id, unblocked.blocked_id
        async with self._database.work() as tables:
            if tables.blocks.pop(pair, None) is None:
                return False
            self._database.record(unblocked)
            return True

    async def page(self, blocker: UserId, after: Position | None, limit: int) -> Page[UserId]:
        """Give whom `blocker` blocks, suspended people among them."""
        async with self._database.work() as tables:
            rows = (
                (Position(since, blocked), blocked)
                for (owner, blocked), since in tables.blocks.items()
                if owner == blocker and _is_there(tables, blocked)
            )
            return newest_first(rows, after, limit)


def _is_there(tables: Tables, user: UserId) -> bool:
    account = tables.accounts.get(user)
    return account is not None and account.user.standing is not Standing.DELETED


def _end_all(tables: Tables, one: UserId, other: UserId) -> None:
    """Remove what `one` has to do with `other`, in this direction."""
    end_follow(tables, one, other)
    tables.requests.pop((one, other), None)
    for which in PersonalList:
        tables.lists.pop((which, one, other), None)
    end_visits(tables, one, other)
    liked = [post for post, row in tables.posts.items() if row.post.author_id == other]
    for post in liked:
        end_like(tables, one, post)
