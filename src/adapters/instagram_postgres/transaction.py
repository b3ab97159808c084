"""Transactions that every repository of the family joins."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from instagram_core.kernel.transaction import Transaction
from instagram_postgres.database import PostgresDatabase


class PostgresTransaction(Transaction):
    """Opens transactions of a database (READ COMMITTED), found by its repositories by themselves.

    When the connection is lost in COMMIT the outcome is unknown: AdapterUnavailable.
    """

    def __init__(self, database: PostgresDatabase) -> None:
        """Open them on `database`."""
        self._database = database

    def __call__(self) -> AbstractAsyncContextManager[None]:
        """Give the block."""
        return self._block()

    @asynccontextmanager
    async def _block(self) -> AsyncIterator[None]:
        unit = self._database.unit()
        if unit is None:
            async with self._database.begin():
                yield
            return
        try:
            yield
        except BaseException:
            unit.is_doomed = True
            raise
