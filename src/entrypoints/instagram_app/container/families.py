"""Ports that are chosen together."""

import attrs

from instagram_core.feed.ports import AuthorTimeline, FeedCache, TimelineStore


@attrs.frozen(kw_only=True)
class TimelineFamily:
    """Stores that make reading feeds quick; losing them loses nothing."""

    timelines: TimelineStore
    authors: AuthorTimeline
    cache: FeedCache
