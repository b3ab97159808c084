"""What settings say about feeds."""

from instagram_app.settings.table import Settings
from instagram_core.feed.model import FeedRules, PushRule


def feed_rules(settings: Settings) -> FeedRules:
    """Give the rules in force."""
    return FeedRules(
        push=PushRule(pulled_from=settings.feed_push_threshold),
        timeline_cap=settings.feed_timeline_cap,
        cache_seconds=settings.feed_cache_seconds,
    )
