"""The contracts of feeds: the truth, and the stores that make reading it quick."""

from instagram_core.testing.contracts.feed.affinities import AffinitiesContract
from instagram_core.testing.contracts.feed.authors import AuthorTimelineContract
from instagram_core.testing.contracts.feed.cache import FeedCacheContract
from instagram_core.testing.contracts.feed.delivery import AuthorDeliveryContract
from instagram_core.testing.contracts.feed.followed import FollowedPostsContract
from instagram_core.testing.contracts.feed.hashtags import HashtagPostsContract
from instagram_core.testing.contracts.feed.home import HomeFeedContract
from instagram_core.testing.contracts.feed.timelines import TimelineStoreContract

__all__ = [
    "AffinitiesContract",
    "AuthorDeliveryContract",
    "AuthorTimelineContract",
    "FeedCacheContract",
    "FollowedPostsContract",
    "HashtagPostsContract",
    "HomeFeedContract",
    "TimelineStoreContract",
]
