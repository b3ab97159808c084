"""The in-memory avatars keep their contract."""

from instagram_core.testing.contracts.avatars import (
    AvatarRepositoryContract,
)
from tests.contract.memory.opening import InMemoryFamily


class TestInMemoryAvatarRepository(InMemoryFamily, AvatarRepositoryContract):
    pass
