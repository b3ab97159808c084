"""The in-memory reader of sights keeps its contract."""

from instagram_core.testing.contracts.visibility import (
    SightReaderContract,
)
from tests.contract.memory.opening import InMemoryFamily


class TestInMemorySightReader(InMemoryFamily, SightReaderContract):
    pass
