"""Transactions, the outbox and the repair of counters in PostgreSQL keep their contracts."""

from typing import ClassVar

import psycopg

from instagram_core.assembly.families import RelationalFamily
from instagram_core.posts.model import PostId
from instagram_core.testing.contracts.kernel import (
    CounterRepairContract,
    OutboxContract,
    TransactionContract,
)
from tests.contract.postgres.opening import OnOther, OnWheel, PostgresFamily

SPOIL = """
    INSERT INTO like_slots AS held (post_id, slot, likes) VALUES (%(post)s, 0, %(by)s)
    ON CONFLICT (post_id, slot) DO UPDATE SET likes = held.likes + %(by)s
"""


class Spoiling(PostgresFamily):
    """Makes a counter wrong where no port does."""

    capabilities: ClassVar[frozenset[str]] = PostgresFamily.capabilities | {"spoil"}

    async def spoil(self, _: RelationalFamily, post: PostId, by: int) -> None:
        """Move one slot of the likes of a post."""
        url = await self._url()
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            await connection.execute(SPOIL, {"post": post, "by": by})


class TestTransactionOnWheel(OnWheel, TransactionContract):
    pass


class TestTransactionOnOther(OnOther, TransactionContract):
    pass


class TestOutboxOnWheel(OnWheel, OutboxContract):
    pass


class TestOutboxOnOther(OnOther, OutboxContract):
    pass


class TestCounterRepairOnWheel(Spoiling, OnWheel, CounterRepairContract):
    pass


class TestCounterRepairOnOther(Spoiling, OnOther, CounterRepairContract):
    pass
