"""The graph in PostgreSQL keeps its contracts."""

from instagram_core.testing.contracts.graph import (
    BlockRepositoryContract,
    FollowerReaderContract,
    FollowListsContract,
    FollowRepositoryContract,
    PersonalListRepositoryContract,
)
from tests.contract.postgres.opening import OnOther, OnWheel


class TestFollowRepositoryOnWheel(OnWheel, FollowRepositoryContract):
    pass


class TestFollowRepositoryOnOther(OnOther, FollowRepositoryContract):
    pass


class TestFollowListsOnWheel(OnWheel, FollowListsContract):
    pass


class TestFollowListsOnOther(OnOther, FollowListsContract):
    pass


class TestFollowerReaderOnWheel(OnWheel, FollowerReaderContract):
    pass


class TestFollowerReaderOnOther(OnOther, FollowerReaderContract):
    pass


class TestBlockRepositoryOnWheel(OnWheel, BlockRepositoryContract):
    pass


class TestBlockRepositoryOnOther(OnOther, BlockRepositoryContract):
    pass


class TestPersonalListRepositoryOnWheel(OnWheel, PersonalListRepositoryContract):
    pass


class TestPersonalListRepositoryOnOther(OnOther, PersonalListRepositoryContract):
    pass
