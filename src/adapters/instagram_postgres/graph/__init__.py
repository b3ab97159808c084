"""Who follows, blocks, mutes and trusts whom."""

from instagram_postgres.graph.blocks import PostgresBlockRepository
from instagram_postgres.graph.follows import PostgresFollowRepository
from instagram_postgres.graph.lists import PostgresFollowerReader, PostgresFollowLists
from instagram_postgres.graph.personal import PostgresPersonalListRepository

__all__ = [
    "PostgresBlockRepository",
    "PostgresFollowLists",
    "PostgresFollowRepository",
    "PostgresFollowerReader",
    "PostgresPersonalListRepository",
]
