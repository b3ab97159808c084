"""The likes in SQLite keep the contract of likes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import attrs

from instagram_core.assembly import RelationalFamily
from instagram_core.testing.contracts.likes import LikeRepositoryContract
from sqlite_likes.adapter import SqliteLikeRepository


class TestSqliteLikeRepository(LikeRepositoryContract):
    @asynccontextmanager
    async def open(self) -> AsyncIterator[RelationalFamily]:
        """Put the likes in the place of those of the in-memory family."""
        async with (
            self.reference() as family,
            SqliteLikeRepository.open(":memory:", family) as likes,
        ):
            yield attrs.evolve(family, likes=likes)
