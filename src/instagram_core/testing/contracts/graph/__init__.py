"""The contracts of the graph: follows, lists, blocks, mutes and close friends."""

from instagram_core.testing.contracts.graph.blocks import BlockRepositoryContract
from instagram_core.testing.contracts.graph.follows import FollowRepositoryContract
from instagram_core.testing.contracts.graph.lists import FollowerReaderContract, FollowListsContract
from instagram_core.testing.contracts.graph.personal import PersonalListRepositoryContract

__all__ = [
    "BlockRepositoryContract",
    "FollowListsContract",
    "FollowRepositoryContract",
    "FollowerReaderContract",
    "PersonalListRepositoryContract",
]
