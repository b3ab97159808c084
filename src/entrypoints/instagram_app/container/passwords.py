"""Who hashes passwords."""

from dependency_injector import containers, providers

from instagram_core.accounts.ports import PasswordHasher


def argon2() -> PasswordHasher:
    """Hash with argon2id."""
    from instagram_argon2 import Argon2PasswordHasher

    return Argon2PasswordHasher()


class PasswordAdapters(containers.DeclarativeContainer):
    """There is one way to hash passwords."""

    hasher = providers.Singleton(argon2)
