"""The use cases of feeds, wired."""

import attrs

from instagram_core.assembly.families import TimelineFamily
from instagram_core.assembly.ports import Ports
from instagram_core.feed.absent import NoAuthors, NoCache, NoTimelines, Unobserved
from instagram_core.feed.ports import FeedObserver
from instagram_core.feed.service import (
    Comparing,
    Crossings,
    FanOut,
    FeedReactions,
    FirstPages,
    HashtagPages,
    HomeEntries,
    HomeFeed,
    Mending,
    ProfileVisits,
    PulledAuthors,
    RankedFeed,
    Rebuilds,
    Sampling,
)
from instagram_core.posts.hydration import PostHydrator


@attrs.frozen(kw_only=True)
class FeedServices:
    """What concerns feeds."""

    home: HomeFeed
    ranked: RankedFeed
    visits: ProfileVisits
    hashtags: HashtagPages
    entries: HomeEntries
    pages: FirstPages
    rebuilds: Rebuilds
    fan_out: FanOut
    crossings: Crossings
    reactions: FeedReactions
    mending: Mending
    sampling: Sampling


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
        clock=ports.clock,
    )
    comparing = _comparing(ports, stores)
    sampling = Sampling(
        comparing=comparing,
        timelines=stores.timelines,
        observer=observer,
        every=rules.sampled_every,
    )
    entries = HomeEntries(
        followed=relational.followed_posts,
        timelines=stores.timelines,
        pulled=_pulled(ports, stores),
        rebuilds=rebuilds,
        sampling=sampling,
        observer=observer,
    )
    fan_out = _fan_out(ports, stores, observer)
    home = HomeFeed(entries=entries, hydrator=hydrator)
    return FeedServices(
        home=home,
        ranked=RankedFeed(
            home=home,
            entries=entries,
            affinities=relational.affinities,
            cache=stores.cache,
            clock=ports.clock,
            ids=ports.ids,
            rules=rules.rank,
        ),
        visits=ProfileVisits(affinities=relational.affinities, clock=ports.clock),
        hashtags=HashtagPages(posts=relational.hashtag_posts, hydrator=hydrator),
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
        mending=_mending(ports, stores, comparing),
        sampling=sampling,
    )


def _pulled(ports: Ports, stores: TimelineFamily) -> PulledAuthors:
    return PulledAuthors(
        authors=stores.authors,
        followed=ports.relational.followed_posts,
        cap=ports.feed.timeline_cap,
        clock=ports.clock,
    )


def _fan_out(ports: Ports, stores: TimelineFamily, observer: FeedObserver) -> FanOut:
    return FanOut(
        followers=ports.relational.followers,
        posts=ports.relational.posts,
        timelines=stores.timelines,
        authors=stores.authors,
        cache=stores.cache,
        observer=observer,
        clock=ports.clock,
    )


def _comparing(ports: Ports, stores: TimelineFamily) -> Comparing:
    return Comparing(
        followed=ports.relational.followed_posts,
        delivery=ports.relational.delivery,
        timelines=stores.timelines,
        authors=stores.authors,
        cap=ports.feed.timeline_cap,
        clock=ports.clock,
    )


def _mending(ports: Ports, stores: TimelineFamily, comparing: Comparing) -> Mending:
    return Mending(
        accounts=ports.relational.accounts,
        comparing=comparing,
        followed=ports.relational.followed_posts,
        timelines=stores.timelines,
        authors=stores.authors,
        cap=ports.feed.timeline_cap,
    )
