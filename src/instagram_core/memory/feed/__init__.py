"""Home feeds: the truth, and the stores that make reading it quick."""

from instagram_core.memory.feed.authors import InMemoryAuthorTimeline
from instagram_core.memory.feed.cache import InMemoryFeedCache
from instagram_core.memory.feed.delivery import InMemoryAuthorDelivery
from instagram_core.memory.feed.followed import InMemoryFollowedPosts
from instagram_core.memory.feed.timelines import InMemoryTimelineStore

__all__ = [
    "InMemoryAuthorDelivery",
    "InMemoryAuthorTimeline",
    "InMemoryFeedCache",
    "InMemoryFollowedPosts",
    "InMemoryTimelineStore",
]
