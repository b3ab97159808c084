"""The accounts in PostgreSQL keep their contracts."""

from instagram_core.testing.contracts.accounts import (
    AccountEraserContract,
    AccountReaderContract,
    ProfileCounterContract,
    SessionStoreContract,
    SessionSweeperContract,
    UserRepositoryContract,
)
from tests.contract.postgres.opening import OnOther, OnWheel


class TestUserRepositoryOnWheel(OnWheel, UserRepositoryContract):
    pass


class TestUserRepositoryOnOther(OnOther, UserRepositoryContract):
    pass


class TestAccountReaderOnWheel(OnWheel, AccountReaderContract):
    pass


class TestAccountReaderOnOther(OnOther, AccountReaderContract):
    pass


class TestProfileCounterOnWheel(OnWheel, ProfileCounterContract):
    pass


class TestProfileCounterOnOther(OnOther, ProfileCounterContract):
    pass


class TestSessionStoreOnWheel(OnWheel, SessionStoreContract):
    pass


class TestSessionStoreOnOther(OnOther, SessionStoreContract):
    pass


class TestSessionSweeperOnWheel(OnWheel, SessionSweeperContract):
    pass


class TestSessionSweeperOnOther(OnOther, SessionSweeperContract):
    pass


class TestAccountEraserOnWheel(OnWheel, AccountEraserContract):
    pass


class TestAccountEraserOnOther(OnOther, AccountEraserContract):
    pass
