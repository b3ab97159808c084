"""What settings say about feeds."""

from typing import Final

from instagram_app.settings.table import Settings
from instagram_core.feed.model import FeedRules, PushRule, RankRules

LONGEST_KEPT: Final = 60
"""Seconds. A page is shown for twice as long while the database is away, and addresses of private
pictures in it have to lead somewhere for a while after that: they are good for four minutes."""


def feed_rules(settings: Settings) -> FeedRules:
    """Give the rules in force."""
    return FeedRules(
        push=PushRule(pulled_from=settings.feed_push_threshold),
        timeline_cap=settings.feed_timeline_cap,
        cache_seconds=min(settings.feed_cache_seconds, LONGEST_KEPT),
        sampled_every=settings.feed_sample_every,
        rank=RankRules(
            half_life_hours=settings.feed_rank_half_life_hours,
            recency=settings.feed_rank_recency,
            engagement=settings.feed_rank_engagement,
            relationship=settings.feed_rank_relationship,
            content=settings.feed_rank_content,
            diversity=settings.feed_rank_diversity,
            candidates=settings.feed_rank_candidates,
        ),
    )
