"""The in-memory likes keep their contract."""

from instagram_core.testing.contracts.likes import LikeRepositoryContract
from tests.contract.memory.opening import InMemoryFamily


class TestInMemoryLikeRepository(InMemoryFamily, LikeRepositoryContract):
    pass
