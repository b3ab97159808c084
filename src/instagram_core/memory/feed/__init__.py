"""Home feeds: the truth, and the stores that make reading it quick."""

from instagram_core.memory.feed.affinities import InMemoryAffinities
from instagram_core.memory.feed.authors import InMemoryAuthorTimeline
from instagram_core.memory.feed.cache import InMemoryFeedCache
from instagram_core.memory.feed.delivery import InMemoryAuthorDelivery
from instagram_core.memory.feed.followed import InMemoryFollowedPosts
from instagram_core.memory.feed.hashtags import InMemoryHashtagPosts
from instagram_core.memory.feed.timelines import InMemoryTimelineStore

__all__ = [
    "InMemoryAffinities",
    "InMemoryAuthorDelivery",
    "InMemoryAuthorTimeline",
    "InMemoryFeedCache",
    "InMemoryFollowedPosts",
    "InMemoryHashtagPosts",
    "InMemoryTimelineStore",
]
