"""In-memory affinities keep their contract."""

from instagram_core.testing.contracts.feed import AffinitiesContract
from tests.contract.memory.opening import InMemoryFamily


class TestInMemoryAffinities(InMemoryFamily, AffinitiesContract):
    pass
