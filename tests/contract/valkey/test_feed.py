"""The stores of feeds on Valkey keep their contracts, and may be lost at any moment."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import attrs
import pytest

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import CachedPage, FeedEntry
from instagram_core.feed.ports import AuthorTimeline, FeedCache, TimelineStore
from instagram_core.kernel.clock import SystemClock
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.kernel.ids import UuidV7Generator
from instagram_core.testing.contracts.feed.authors import AuthorTimelineContract
from instagram_core.testing.contracts.feed.cache import FeedCacheContract
from instagram_core.testing.contracts.feed.timelines import TimelineStoreContract
from instagram_core.testing.factories import entry
from instagram_valkey.client import ValkeyClient
from instagram_valkey.feed.authors import ValkeyAuthorTimeline
from instagram_valkey.feed.cache import ValkeyFeedCache
from instagram_valkey.feed.timelines import ValkeyTimelineStore
from tests.contract.valkey.opening import OnValkey
from tests.servers.process import ServerProcess
from tests.servers.valkey import private_valkey

_AGE = """
for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do
  local left = redis.call('PTTL', key)
  if left >= 0 then redis.call('PEXPIRE', key, left - ARGV[2]) end
end
"""


class Ageing(OnValkey):
    """Lets time pass by taking it from what the keys have left to live."""

    async def advance(self, seconds: float) -> None:
        """Make every key so much older."""
        await self.client.call("EVAL", _AGE, 0, self.prefix, round(seconds * 1000))


class TestValkeyTimelineStore(Ageing, TimelineStoreContract):
    @asynccontextmanager
    async def open(self) -> AsyncIterator[TimelineStore]:
        """Give an empty one."""
        async with self.opened() as client:
            yield self.on(client)

    @asynccontextmanager
    async def reopen(self) -> AsyncIterator[TimelineStore]:
        """Give one that another process would have."""
        async with self.reopened() as client:
            yield self.on(client)

    def on(self, client: ValkeyClient) -> ValkeyTimelineStore:
        """Give the store of a client."""
        return ValkeyTimelineStore(client, cap=self.cap, rebuild_seconds=self.rebuild_seconds)

    async def test_a_push_may_have_any_number_of_readers(self, store: TimelineStore) -> None:
        """Whatever the size of a script's batch, each who is there is reached."""
        readers = [self.reader() for _ in range(2 * ValkeyTimelineStore.BATCH + 7)]
        (post,) = self.entries(1)
        await asyncio.gather(*(self.build(store, reader) for reader in readers[::2]))
        assert await store.push(post, readers) == len(readers[::2])
        assert await store.push(post, readers) == 0
        assert await store.push(post, []) == 0
        for reader in readers[::2]:
            assert await self.all_of(store, reader) == [post]

    async def test_no_timeline_lives_for_ever(self, store: TimelineStore) -> None:
        """A push makes it no younger."""
        reader, entries = self.reader(), self.entries(2)
        await self.build(store, reader, entries[:1])
        await self.elapse(24 * 3600 - 2)
        await store.push(entries[1], [reader])
        assert len(await self.all_of(store, reader)) == 2
        await self.elapse(3)
        assert await store.window(reader, None, 5) is None

    async def test_an_entry_takes_little_memory(self, store: TimelineStore) -> None:
        """Less than a third of what a sorted set of the same entries takes."""
        reader = self.reader()
        big = ValkeyTimelineStore(self.client, cap=500)
        await self.build(big, reader, self.entries(500))
        key = self.client.key("{feed}", "timeline", reader.hex)
        taken = await self.client.call("MEMORY", "USAGE", key, "SAMPLES", 0)
        assert taken / 500 < 45


class TestValkeyAuthorTimeline(Ageing, AuthorTimelineContract):
    @asynccontextmanager
    async def open(self) -> AsyncIterator[AuthorTimeline]:
        """Give an empty one."""
        async with self.opened() as client:
            yield self.on(client)

    @asynccontextmanager
    async def reopen(self) -> AsyncIterator[AuthorTimeline]:
        """Give one that another process would have."""
        async with self.reopened() as client:
            yield self.on(client)

    def on(self, client: ValkeyClient) -> ValkeyAuthorTimeline:
        """Give the lists of a client."""
        return ValkeyAuthorTimeline(client, cap=self.cap, filling_seconds=self.filling_seconds)


class TestValkeyFeedCache(Ageing, FeedCacheContract):
    @asynccontextmanager
    async def open(self) -> AsyncIterator[FeedCache]:
        """Give an empty one."""
        async with self.opened() as client:
            yield ValkeyFeedCache(client)

    @asynccontextmanager
    async def reopen(self) -> AsyncIterator[FeedCache]:
        """Give one that another process would have."""
        async with self.reopened() as client:
            yield ValkeyFeedCache(client)

    async def test_nothing_but_the_version_of_the_store_lives_for_ever(
        self, cache: FeedCache
    ) -> None:
        """Names that nobody bumps any more take no memory."""
        reader = self.reader()
        await cache.put(
            reader, "home", CachedPage(body=b"", newest=None, versions=(), made_at=0), 1e9
        )
        await cache.bump(["name"])
        await self.elapse(ValkeyFeedCache.VERSION_SECONDS + 1)
        left = await self.client.call("KEYS", self.client.key("*"))
        assert left == [self.client.key("{feed}", "store").encode()]

    async def test_a_page_that_another_release_wrote_is_none(self, cache: FeedCache) -> None:
        """Both run at once while the one takes the other's place."""
        reader = self.reader()
        key = self.client.key("{feed}", "page", reader.hex, "home")
        for text in (b"", b"{}\nbody", b"[1]\nbody", b'{"newest": "x"}\nbody', b"\xff\nbody"):
            await self.client.call("SET", key, text)
            assert await cache.get(reader, "home") is None

    async def test_a_version_rises_also_when_the_server_s_clock_steps_back(
        self, cache: FeedCache
    ) -> None:
        """Above what it was, and above the version of the store."""
        future = {"bumped": 2**52, "store": 2**51}
        await self.client.call("SET", self.client.key("{feed}", "store"), future["store"])
        key = self.client.key("{feed}", "version", "bumped")
        await self.client.call("SET", key, future["bumped"])
        await cache.bump(["bumped", "other"])
        versions = await cache.versions(["bumped", "other", "third"])
        assert versions == {"bumped": 2**52 + 1, "other": 2**51 + 1, "third": 2**51}


@attrs.frozen
class Stores:
    """The three stores on one client, and a reader with a timeline of one post."""

    timelines: ValkeyTimelineStore
    authors: ValkeyAuthorTimeline
    cache: ValkeyFeedCache
    reader: UserId
    posts: list[FeedEntry]

    @classmethod
    async def filled(cls, client: ValkeyClient) -> "Stores":
        """Give stores that hold something of each kind."""
        ids = UuidV7Generator(SystemClock())
        author, reader = UserId(ids.new()), UserId(ids.new())
        posts = [entry(1000 + number, ids.new(), author) for number in range(3)]
        stores = cls(
            ValkeyTimelineStore(client),
            ValkeyAuthorTimeline(client),
            ValkeyFeedCache(client),
            reader,
            posts,
        )
        await stores.rebuild(posts[:1])
        token = await stores.authors.begin(author)
        assert token is not None
        assert await stores.authors.fill(author, token, posts[:1], None)
        page = CachedPage(body=b"page", newest=None, versions=(), made_at=0)
        await stores.cache.put(reader, "home", page, 60)
        return stores

    async def rebuild(self, posts: list[FeedEntry]) -> None:
        """Make the reader's timeline of these."""
        token = await self.timelines.begin(self.reader)
        assert token is not None
        assert await self.timelines.finish(self.reader, token, posts, None)

    async def are_empty(self) -> bool:
        """Tell whether nothing is there: not something that only looks complete."""
        author = self.posts[0].author_id
        return (
            await self.timelines.push(self.posts[1], [self.reader]) == 0
            and await self.timelines.window(self.reader, None, 5) is None
            and not await self.authors.recent([author], None, 5)
            and await self.cache.get(self.reader, "home") is None
        )


async def lose(loss: str, server: ServerProcess, client: ValkeyClient) -> None:
    """Take all that the server holds from it."""
    if loss == "flush":
        await client.call("FLUSHALL")
        return
    server.kill()
    server.restart()
    await found(client)


async def found(client: ValkeyClient) -> None:
    """Wait until the server answers."""
    async with asyncio.timeout(5):
        while True:
            try:
                await client.call("PING")
            except AdapterUnavailable:
                await asyncio.sleep(0.02)
            else:
                return


@pytest.mark.parametrize("loss", ["flush", "kill"])
def test_a_lost_store_is_absent_and_can_be_built_again(loss: str) -> None:
    """Nothing half there is taken for whole: rebuilds under way end, versions are others."""

    async def run() -> None:
        server, url = private_valkey()
        try:
            async with ValkeyClient.open(url, seconds=2) as client:
                stores = await Stores.filled(client)
                other = attrs.evolve(stores, reader=stores.posts[0].author_id)
                token = await other.timelines.begin(other.reader)
                assert token is not None
                await stores.cache.bump(["ann"])
                before = await stores.cache.versions(["ann", "bob"])
                await lose(loss, server, client)

                assert await stores.are_empty()
                assert not await other.timelines.finish(other.reader, token, stores.posts, None)
                after = await stores.cache.versions(["ann", "bob"])
                assert not set(before.values()) & set(after.values())
                await stores.rebuild(stores.posts)
                window = await stores.timelines.window(stores.reader, None, 5)
                assert window is not None
                assert window.entries == tuple(reversed(stores.posts))
        finally:
            server.close()

    asyncio.run(run())


def test_a_server_that_vanishes_amid_a_push_leaves_it_to_be_pushed_again() -> None:
    """There is one error, and the same push afterwards reaches whoever is there."""

    async def run() -> None:
        server, url = private_valkey()
        try:
            async with ValkeyClient.open(url, seconds=2) as client:
                stores = await Stores.filled(client)
                ids = UuidV7Generator(SystemClock())
                readers = [stores.reader, *(UserId(ids.new()) for _ in range(50_000))]
                push = asyncio.create_task(stores.timelines.push(stores.posts[1], readers))
                await asyncio.sleep(0)
                server.kill()
                with pytest.raises(AdapterUnavailable):
                    await push
                server.restart()
                await found(client)
                await stores.rebuild(stores.posts[:1])
                assert await stores.timelines.push(stores.posts[1], readers) == 1
        finally:
            server.close()

    asyncio.run(run())
