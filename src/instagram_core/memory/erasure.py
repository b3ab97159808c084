"""What a deleted account leaves behind, removed bit by bit."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

import attrs

from instagram_core.accounts.model import Account, Standing, UserId
from instagram_core.accounts.ports import AccountEraser
from instagram_core.memory.accounts import fold
from instagram_core.memory.avatars import clear_avatar
from instagram_core.memory.database import Database
from instagram_core.memory.graph.follows import end_follow
from instagram_core.memory.likes import end_like
from instagram_core.memory.posts import remove_post
from instagram_core.memory.tables import Tables

Removal = Callable[[], object]


class InMemoryAccountEraser(AccountEraser):
    """Erases deleted accounts."""

    def __init__(self, database: Database) -> None:
        """Erase from `database`."""
        self._database = database

    async def erase(self, user: UserId, limit: int) -> bool:
        """Remove up to `limit` rows; the account's own texts come last."""
        async with self._database.work() as tables:
            account = tables.accounts.get(user)
            if account is None or account.user.standing is not Standing.DELETED:
                return True
            remains = list(islice(self._remains(tables, account), limit + 1))
            for remove in remains[:limit]:
                remove()
            return len(remains) <= limit

    def _remains(self, tables: Tables, account: Account) -> Iterator[Removal]:
        user = account.user.id
        yield from _links(tables, user)
        if user in tables.deliveries:
            yield partial(tables.deliveries.pop, user)
        for session in tables.sessions.values():
            if session.user_id == user:
                yield partial(tables.sessions.pop, session.id)
        for row in tables.posts.values():
            if row.post.author_id == user:
                yield partial(remove_post, self._database, tables, row)
        if account.user.avatar is not None or user in tables.awaited_avatars:
            yield partial(clear_avatar, self._database, tables, user)
        if account.email:
            yield partial(_blank, tables, user)


def _links(tables: Tables, user: UserId) -> Iterator[Removal]:
    """Give the removals of what joins the user to other people, and to their posts."""
    for post, liker in tables.likes:
        if liker == user:
            yield partial(end_like, tables, user, post)
    for pair in tables.follows:
        if user in pair:
            yield partial(end_follow, tables, *pair)
    for table in (tables.requests, tables.blocks):
        yield from (partial(table.pop, pair) for pair in table if user in pair)
    for pair in tables.visits:
        if user in pair:
            yield partial(tables.visits.pop, pair)
    for listed in tables.lists:
        if user in listed:
            yield partial(tables.lists.pop, listed)


def _blank(tables: Tables, user: UserId) -> None:
    account = tables.accounts[user]
    del tables.emails[fold(account.email)]
    blank = attrs.evolve(account.user, display_name="", bio="", website="")
    tables.accounts[user] = attrs.evolve(account, user=blank, email="", password_hash="")
