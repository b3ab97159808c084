"""The in-memory media store keeps its contract."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from instagram_core.media.ports import MediaStore
from instagram_core.memory.media import InMemoryMediaStore
from instagram_core.testing.contracts.media import MediaStoreContract


class TestInMemoryMediaStore(MediaStoreContract):
    capabilities = frozenset({"clock", "close"})

    @asynccontextmanager
    async def open(self) -> AsyncIterator[MediaStore]:
        """Give an empty one."""
        yield InMemoryMediaStore(self.clock)
