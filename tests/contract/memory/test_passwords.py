"""The hasher of the standard library keeps its contract."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from instagram_core.accounts.ports import PasswordHasher
from instagram_core.memory.passwords import ScryptPasswordHasher
from instagram_core.testing.contracts.passwords import PasswordHasherContract

QUICK = 2**12


class TestScryptPasswordHasher(PasswordHasherContract):
    capabilities = frozenset({"close"})

    @asynccontextmanager
    async def open(self) -> AsyncIterator[PasswordHasher]:
        """Give one that works little."""
        yield ScryptPasswordHasher(cost=QUICK)

    async def outdated(self, password: str) -> str:
        """Give a hash that took half of that."""
        return await ScryptPasswordHasher(cost=QUICK // 2).hash(password)
