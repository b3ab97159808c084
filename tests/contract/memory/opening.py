"""How the contracts of the relational family open the in-memory one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar

from instagram_core.assembly.families import RelationalFamily
from instagram_core.kernel.ids import UuidV7Generator
from instagram_core.memory.database import Database
from instagram_core.memory.relational import in_memory_family
from instagram_core.testing.clocks import ManualClock


class InMemoryFamily:
    """Opens a database of its own for each test; a second handle is a second set of ports."""

    capabilities: ClassVar[frozenset[str]] = frozenset({"clock", "close", "reopen"})
    clock: ManualClock
    database: Database

    @asynccontextmanager
    async def open(self) -> AsyncIterator[RelationalFamily]:
        """Give an empty family."""
        self.database = Database(self.clock, UuidV7Generator(self.clock))
        yield in_memory_family(self.database)

    @asynccontextmanager
    async def reopen(self) -> AsyncIterator[RelationalFamily]:
        """Give other ports over the same database."""
        yield in_memory_family(self.database)

    async def close(self, _: RelationalFamily) -> None:
        """Close what all ports share."""
        await self.database.close()
