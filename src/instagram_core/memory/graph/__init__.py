"""Who follows, blocks, mutes and trusts whom."""

from instagram_core.memory.graph.blocks import InMemoryBlockRepository
from instagram_core.memory.graph.follows import InMemoryFollowRepository
from instagram_core.memory.graph.lists import InMemoryFollowerReader, InMemoryFollowLists
from instagram_core.memory.graph.personal import InMemoryPersonalListRepository

__all__ = [
    "InMemoryBlockRepository",
    "InMemoryFollowLists",
    "InMemoryFollowRepository",
    "InMemoryFollowerReader",
    "InMemoryPersonalListRepository",
]
