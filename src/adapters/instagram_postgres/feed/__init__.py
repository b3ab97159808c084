"""Feeds: the truth of them, and how each author gets into them."""

from instagram_postgres.feed.affinities import PostgresAffinities
from instagram_postgres.feed.delivery import PostgresAuthorDelivery
from instagram_postgres.feed.followed import PostgresFollowedPosts
from instagram_postgres.feed.hashtags import PostgresHashtagPosts

__all__ = [
    "PostgresAffinities",
    "PostgresAuthorDelivery",
    "PostgresFollowedPosts",
    "PostgresHashtagPosts",
]
