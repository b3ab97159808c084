"""How each author is delivered."""

from collections.abc import Iterable

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.feed.events import AuthorCrossed
from instagram_core.feed.model import Delivery, PushRule
from instagram_core.feed.ports import AuthorDelivery
from instagram_core.memory.database import Database
from instagram_core.memory.tables import Counter, DeliveryRow, Tables


class InMemoryAuthorDelivery(AuthorDelivery):
    """Keeps how each author is delivered."""

    def __init__(self, database: Database) -> None:
        """Keep it in `database`."""
        self._database = database

    async def settle(self, author: UserId, rule: PushRule) -> Delivery:
        """Bring an author in line with the rule."""
        async with self._database.work() as tables:
            row = tables.deliveries.get(author, DeliveryRow())
            moved = _moved(row, rule, tables.counted(Counter.FOLLOWERS, author))
            if moved.round > row.round:
                self._database.record(AuthorCrossed(author_id=author, round=moved.round))
            if moved != row:
                tables.deliveries[author] = moved
            return moved.delivery

    async def arrive(self, crossed: AuthorCrossed) -> bool:
        """Go from CROSSING to PULL, in the same round."""
        async with self._database.work() as tables:
            row = tables.deliveries.get(crossed.author_id)
            crossing = DeliveryRow(delivery=Delivery.CROSSING, round=crossed.round)
            if row != crossing:
                return False
            tables.deliveries[crossed.author_id] = attrs.evolve(row, delivery=Delivery.PULL)
            return True

    async def pulled(self, authors: Iterable[UserId]) -> frozenset[UserId]:
        """Give those who are PULL."""
        async with self._database.work() as tables:
            return frozenset(a for a in authors if delivery_of(tables, a) is Delivery.PULL)

    async def unsettled(
        self, rule: PushRule, after: UserId | None, limit: int
    ) -> tuple[UserId, ...]:
        """Give authors whom `settle` would move."""
        async with self._database.work() as tables:
            authors = sorted(
                author
                for author in tables.accounts
                if (after is None or author > after) and _is_unsettled(tables, author, rule)
            )
            return tuple(authors[:limit])


def delivery_of(tables: Tables, author: UserId) -> Delivery:
    """Give how an author is delivered now."""
    return tables.deliveries.get(author, DeliveryRow()).delivery


def _is_unsettled(tables: Tables, author: UserId, rule: PushRule) -> bool:
    row = tables.deliveries.get(author, DeliveryRow())
    return _moved(row, rule, tables.counted(Counter.FOLLOWERS, author)) != row


def _moved(row: DeliveryRow, rule: PushRule, followers: int) -> DeliveryRow:
    if row.delivery is Delivery.PUSH and rule.is_pulled_with(followers):
        return DeliveryRow(delivery=Delivery.CROSSING, round=row.round + 1)
    if row.delivery is not Delivery.PUSH and rule.is_pushed_with(followers):
        return attrs.evolve(row, delivery=Delivery.PUSH)
    return row
