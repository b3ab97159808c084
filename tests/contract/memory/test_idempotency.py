"""The in-memory keys keep their contracts."""

from instagram_core.testing.contracts.idempotency import (
    IdempotencyStoreContract,
    IdempotencySweeperContract,
)
from tests.contract.memory.opening import InMemoryFamily


class TestInMemoryIdempotencyStore(InMemoryFamily, IdempotencyStoreContract):
    pass


class TestInMemoryIdempotencySweeper(InMemoryFamily, IdempotencySweeperContract):
    pass
