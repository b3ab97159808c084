"""The in-memory family keeps its contract."""

from instagram_core.testing.contracts.relational import RelationalFamilyContract
from tests.contract.memory.opening import InMemoryFamily


class TestInMemoryRelationalFamily(InMemoryFamily, RelationalFamilyContract):
    pass
