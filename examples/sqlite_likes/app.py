"""The app with likes in SQLite: INSTAGRAM_ADAPTER_RELATIONAL=sqlite_likes.app:open_family."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import attrs

from instagram_app.container.foundation import Foundation
from instagram_core.assembly import RelationalFamily
from instagram_core.memory.database import Database
from instagram_core.memory.relational import in_memory_family
from sqlite_likes.adapter import SqliteLikeRepository


@asynccontextmanager
async def open_family(foundation: Foundation) -> AsyncIterator[RelationalFamily]:
    """Keep likes in the data directory, and everything else in memory."""
    family = in_memory_family(Database(foundation.clock, foundation.ids))
    path = foundation.settings.data / "likes.sqlite"
    async with SqliteLikeRepository.open(str(path), family) as likes:
        yield attrs.evolve(family, likes=likes)
