"""The in-memory posts keep their contracts."""

from instagram_core.testing.contracts.posts import (
    PostProcessingContract,
    PostRepositoryContract,
    ViewerStateContract,
)
from tests.contract.memory.opening import InMemoryFamily


class TestInMemoryPostProcessing(InMemoryFamily, PostProcessingContract):
    pass


class TestInMemoryPostRepository(InMemoryFamily, PostRepositoryContract):
    pass


class TestInMemoryViewerState(InMemoryFamily, ViewerStateContract):
    pass
