"""The in-memory stores of feeds keep their contracts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from instagram_core.feed.ports import AuthorTimeline, FeedCache, TimelineStore
from instagram_core.memory.feed import (
    InMemoryAuthorTimeline,
    InMemoryFeedCache,
    InMemoryTimelineStore,
)
from instagram_core.testing.contracts.feed.authors import AuthorTimelineContract
from instagram_core.testing.contracts.feed.cache import FeedCacheContract
from instagram_core.testing.contracts.feed.delivery import AuthorDeliveryContract
from instagram_core.testing.contracts.feed.followed import FollowedPostsContract
from instagram_core.testing.contracts.feed.hashtags import HashtagPostsContract
from instagram_core.testing.contracts.feed.timelines import TimelineStoreContract
from tests.contract.memory.opening import InMemoryFamily


class TestInMemoryTimelineStore(TimelineStoreContract):
    capabilities = frozenset({"clock", "close"})

    @asynccontextmanager
    async def open(self) -> AsyncIterator[TimelineStore]:
        """Give an empty one."""
        yield InMemoryTimelineStore(self.clock, cap=self.cap, rebuild_seconds=self.rebuild_seconds)


class TestInMemoryAuthorTimeline(AuthorTimelineContract):
    capabilities = frozenset({"clock", "close"})

    @asynccontextmanager
    async def open(self) -> AsyncIterator[AuthorTimeline]:
        """Give an empty one."""
        yield InMemoryAuthorTimeline(self.clock, cap=self.cap, filling_seconds=self.filling_seconds)


class TestInMemoryFeedCache(FeedCacheContract):
    capabilities = frozenset({"clock", "close"})

    @asynccontextmanager
    async def open(self) -> AsyncIterator[FeedCache]:
        """Give an empty one."""
        yield InMemoryFeedCache(self.clock)


class TestInMemoryFollowedPosts(InMemoryFamily, FollowedPostsContract):
    pass


class TestInMemoryHashtagPosts(InMemoryFamily, HashtagPostsContract):
    pass


class TestInMemoryAuthorDelivery(InMemoryFamily, AuthorDeliveryContract):
    pass
