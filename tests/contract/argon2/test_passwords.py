"""The hasher of libargon2 keeps its contract."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from instagram_argon2 import Argon2PasswordHasher
from instagram_core.accounts.ports import PasswordHasher
from instagram_core.testing.contracts.passwords import PasswordHasherContract


class TestArgon2PasswordHasher(PasswordHasherContract):
    capabilities = frozenset({"close"})

    @asynccontextmanager
    async def open(self) -> AsyncIterator[PasswordHasher]:
        """Give one as the app uses it."""
        hasher = Argon2PasswordHasher()
        yield hasher
        await hasher.close()

    async def outdated(self, password: str) -> str:
        """Give a hash that took one pass."""
        hasher = Argon2PasswordHasher(passes=1)
        try:
            return await hasher.hash(password)
        finally:
            await hasher.close()
