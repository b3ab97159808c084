"""The use cases of feeds, wired."""

import attrs

from instagram_core.assembly.families import TimelineFamily
from instagram_core.assembly.ports import Ports
from instagram_core.feed.absent import NoAuthors, NoCache, NoTimelines, Unobserved
from instagram_core.feed.service import (
    Crossings,
    FanOut,
    FeedReactions,
    FirstPages,
    HomeEntries,
    HomeFeed,
    PulledAuthors,
    Rebuilds,
)
from instagram_core.posts.hydration import PostHydrator


@attrs.frozen(kw_only=True)
class FeedServices:
    """What concerns feeds."""

    home: HomeFeed
    entries: HomeEntries
    pages: FirstPages
    rebuilds: Rebuilds
    fan_out: FanOut
    crossings: Crossings
    reactions: FeedReactions


def feed_services(ports: Ports, hydrator: PostHydrator) -> FeedServices:
    """Give the use cases of feeds; without timelines every page is read from the truth."""
    relational, rules = ports.relational, ports.feed
    stores = ports.timelines or TimelineFamily(
        timelines=NoTimelines(), authors=NoAuthors(), cache=NoCache()
    )
    observer = ports.feed_observer or Unobserved()
    rebuilds = Rebuilds(
        timelines=stores.timelines,
        followed=relational.followed_posts,
        cap=rules.timeline_cap,
        observer=observer,
    )
    entries = HomeEntries(
        followed=relational.followed_posts,
        timelines=stores.timelines,
        pulled=PulledAuthors(
            authors=stores.authors,
            followed=relational.followed_posts,
            cap=rules.timeline_cap,
            clock=ports.clock,
        ),
        rebuilds=rebuilds,
        observer=observer,
    )
    fan_out = FanOut(
        followers=relational.followers,
        timelines=stores.timelines,
        authors=stores.authors,
        cache=stores.cache,
        observer=observer,
        clock=ports.clock,
    )
    return FeedServices(
        home=HomeFeed(entries=entries, hydrator=hydrator),
        entries=entries,
        pages=FirstPages(
            cache=stores.cache,
            timelines=stores.timelines,
            observer=observer,
            clock=ports.clock,
            seconds=rules.cache_seconds,
        ),
        rebuilds=rebuilds,
        fan_out=fan_out,
        crossings=Crossings(delivery=relational.delivery, fan_out=fan_out, rule=rules.push),
        reactions=FeedReactions(timelines=stores.timelines, cache=stores.cache),
    )
