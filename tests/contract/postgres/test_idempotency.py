"""Idempotency keys in PostgreSQL keep their contracts."""

from instagram_core.testing.contracts.idempotency import (
    IdempotencyStoreContract,
    IdempotencySweeperContract,
)
from tests.contract.postgres.opening import OnOther, OnWheel


class TestIdempotencyStoreOnWheel(OnWheel, IdempotencyStoreContract):
    pass


class TestIdempotencyStoreOnOther(OnOther, IdempotencyStoreContract):
    pass


class TestIdempotencySweeperOnWheel(OnWheel, IdempotencySweeperContract):
    pass


class TestIdempotencySweeperOnOther(OnOther, IdempotencySweeperContract):
    pass
