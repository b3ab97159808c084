"""The contracts of accounts: people, their numbers, their sessions and their end."""

from instagram_core.testing.contracts.accounts.eraser import AccountEraserContract
from instagram_core.testing.contracts.accounts.profiles import ProfileCounterContract
from instagram_core.testing.contracts.accounts.reader import AccountReaderContract
from instagram_core.testing.contracts.accounts.session_cache import SessionCacheContract
from instagram_core.testing.contracts.accounts.sessions import (
    SessionStoreContract,
    SessionSweeperContract,
)
from instagram_core.testing.contracts.accounts.users import UserRepositoryContract

__all__ = [
    "AccountEraserContract",
    "AccountReaderContract",
    "ProfileCounterContract",
    "SessionCacheContract",
    "SessionStoreContract",
    "SessionSweeperContract",
    "UserRepositoryContract",
]
