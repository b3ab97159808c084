"""The in-memory graph keeps its contracts."""

from instagram_core.testing.contracts.graph import (
    BlockRepositoryContract,
    FollowerReaderContract,
    FollowListsContract,
    FollowRepositoryContract,
    PersonalListRepositoryContract,
)
from tests.contract.memory.opening import InMemoryFamily


class TestInMemoryFollowRepository(InMemoryFamily, FollowRepositoryContract):
    pass


class TestInMemoryFollowLists(InMemoryFamily, FollowListsContract):
    pass


class TestInMemoryFollowerReader(InMemoryFamily, FollowerReaderContract):
    pass


class TestInMemoryBlockRepository(InMemoryFamily, BlockRepositoryContract):
    pass


class TestInMemoryPersonalListRepository(InMemoryFamily, PersonalListRepositoryContract):
    pass
