"""The use cases of feeds."""

from instagram_core.feed.service.crossing import Crossings
from instagram_core.feed.service.entries import HomeEntries
from instagram_core.feed.service.fan_out import FanOut
from instagram_core.feed.service.home import HomeFeed
from instagram_core.feed.service.looking import FirstLook, FirstPages
from instagram_core.feed.service.pulling import PulledAuthors
from instagram_core.feed.service.reactions import FeedReactions
from instagram_core.feed.service.rebuilding import Rebuilds

__all__ = [
    "Crossings",
    "FanOut",
    "FeedReactions",
    "FirstLook",
    "FirstPages",
    "HomeEntries",
    "HomeFeed",
    "PulledAuthors",
    "Rebuilds",
]
