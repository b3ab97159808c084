"""The use cases of feeds."""

from instagram_core.feed.service.comparing import Comparing, Comparison
from instagram_core.feed.service.crossing import Crossings
from instagram_core.feed.service.entries import HomeEntries
from instagram_core.feed.service.fan_out import FanOut
from instagram_core.feed.service.hashtags import HashtagPages
from instagram_core.feed.service.home import HomeFeed
from instagram_core.feed.service.looking import FirstLook, FirstPages
from instagram_core.feed.service.mending import Compared, Mending
from instagram_core.feed.service.pulling import PulledAuthors
from instagram_core.feed.service.ranked import RankedFeed
from instagram_core.feed.service.reactions import FeedReactions
from instagram_core.feed.service.rebuilding import Rebuilds
from instagram_core.feed.service.sampling import Sampling
from instagram_core.feed.service.visiting import ProfileVisits

__all__ = [
    "Compared",
    "Comparing",
    "Comparison",
    "Crossings",
    "FanOut",
    "FeedReactions",
    "FirstLook",
    "FirstPages",
    "HashtagPages",
    "HomeEntries",
    "HomeFeed",
    "Mending",
    "ProfileVisits",
    "PulledAuthors",
    "RankedFeed",
    "Rebuilds",
    "Sampling",
]
