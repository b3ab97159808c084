"""The in-memory accounts keep their contracts."""

from instagram_core.testing.contracts.accounts import (
    AccountEraserContract,
    AccountReaderContract,
    ProfileCounterContract,
    SessionStoreContract,
    SessionSweeperContract,
    UserRepositoryContract,
)
from tests.contract.memory.opening import InMemoryFamily


class TestInMemoryUserRepository(InMemoryFamily, UserRepositoryContract):
    pass


class TestInMemoryAccountReader(InMemoryFamily, AccountReaderContract):
    pass


class TestInMemoryProfileCounter(InMemoryFamily, ProfileCounterContract):
    pass


class TestInMemorySessionStore(InMemoryFamily, SessionStoreContract):
    pass


class TestInMemorySessionSweeper(InMemoryFamily, SessionSweeperContract):
    pass


class TestInMemoryAccountEraser(InMemoryFamily, AccountEraserContract):
    pass
