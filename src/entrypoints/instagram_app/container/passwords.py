"""The password hasher of the app, and how it is opened."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from dependency_injector import containers, providers

from instagram_core.accounts.ports import PasswordHasher


@asynccontextmanager
async def open_argon2() -> AsyncIterator[PasswordHasher]:
    """Hash with argon2id."""
    from instagram_argon2 import Argon2PasswordHasher

    hasher = Argon2PasswordHasher()
    try:
        yield hasher
    finally:
        await hasher.close()


class PasswordAdapters(containers.DeclarativeContainer):
    """There is one way to hash passwords."""

    opened = providers.Callable(open_argon2)
