"""What the contracts of the relational family share: their reference and their arranging."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from instagram_core.assembly.families import RelationalFamily
from instagram_core.kernel.ids import UuidV7Generator
from instagram_core.memory.database import Database
from instagram_core.memory.relational import in_memory_family
from instagram_core.testing.machine import Machine, StatefulContract
from instagram_core.testing.scene import Scene


class Rollback(Exception):
    """Raised to leave a transaction without its work."""


class RelationalContract(StatefulContract[RelationalFamily]):
    """The contract of a port whose store it shares with the rest of the family."""

    @asynccontextmanager
    async def reference(self) -> AsyncIterator[RelationalFamily]:
        """Give the in-memory family; also the surroundings in which one port is tested."""
        yield in_memory_family(Database(self.clock, UuidV7Generator(self.clock)))

    def scene(self, family: RelationalFamily) -> Scene:
        """Give the hand that arranges people and posts in a family."""
        return Scene(family, self.ids, self.clock)


class RelationalMachine(Machine[RelationalFamily]):
    """A machine whose side is a family, with a scene of the example's own ids."""

    @property
    def scene(self) -> Scene:
        """Give the hand that arranges people and posts on this side."""
        return Scene(self.subject, self.world.ids, self.world.clock)
