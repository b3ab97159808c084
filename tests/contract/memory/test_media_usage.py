"""The in-memory knowledge of files in use keeps its contract."""

from instagram_core.testing.contracts.media_usage import (
    MediaUsageContract,
)
from tests.contract.memory.opening import InMemoryFamily


class TestInMemoryMediaUsage(InMemoryFamily, MediaUsageContract):
    pass
