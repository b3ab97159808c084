"""The stores of feeds on Valkey keep their contracts, and may be lost at any moment."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import attrs
import pytest

from instagram_core.accounts.model import UserId
from instagram_core.feed.ports import AuthorTimeline, FeedCache, TimelineStore
from instagram_core.kernel.clock import SystemClock
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.kernel.ids import UuidV7Generator
from instagram_core.testing.contracts.feed.authors import AuthorTimelineContract
from instagram_core.testing.contracts.feed.cache import FeedCacheContract, page
from instagram_core.testing.contracts.feed.timelines import TimelineStoreContract, snapshot
from instagram_valkey.client import ValkeyClient
from instagram_valkey.feed.authors import ValkeyAuthorTimeline
from instagram_valkey.feed.cache import ValkeyFeedCache
from instagram_valkey.feed.timelines import ValkeyTimelineStore
from tests.contract.valkey.opening import OnValkey
from tests.contract.valkey.stores import Stores, found
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
        taken = 0
        for kind in ("timeline", "pulled"):
            key = self.client.key("{feed}", await self.client.life(), kind, "").encode()
            taken += await self.client.call("MEMORY", "USAGE", key + reader.bytes, "SAMPLES", 0)
        assert taken / 500 < 45

    async def test_a_timeline_without_its_pulled_is_absent(self, store: TimelineStore) -> None:
        """The server may evict one key and keep the other: what is missing then is not known."""
        reader = self.reader()
        await self.build(store, reader, self.entries(2), pulled=[self.reader()])
        key = self.client.key("{feed}", await self.client.life(), "pulled", "").encode()
        assert await self.client.call("DEL", key + reader.bytes) == 1
        assert await store.window(reader, None, 5) is None
        await self.build(store, reader)
        assert await store.window(reader, None, 5) is not None

    async def test_both_keys_of_a_timeline_go_together(self, store: TimelineStore) -> None:
        """With a drop, with a rebuild, and when their time is over."""
        reader = self.reader()
        for end in ("drop", "begin", "time"):
            await self.build(store, reader, self.entries(1), pulled=[self.reader()])
            keys = await self.client.call("KEYS", self.client.key("*"))
            assert len(keys) == 2
            first, second = [await self.client.call("PTTL", key) for key in keys]
            assert abs(first - second) < 1000
            if end == "drop":
                await store.drop([reader])
            elif end == "begin":
                assert await store.begin(reader) is not None
                assert len(await self.client.call("KEYS", self.client.key("*"))) == 1
                await store.drop([reader])
            else:
                await self.elapse(24 * 3600 + 1)
            assert await self.client.call("KEYS", self.client.key("*")) == []


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

    async def test_nothing_but_the_moments_lives_for_ever(self, cache: FeedCache) -> None:
        """Names that nobody bumps any more take no memory."""
        reader = self.reader()
        await cache.put(reader, "home", page(b"", await self.now(cache), "name"), 1e9)
        await cache.bump(["name"])
        await self.elapse(ValkeyFeedCache.VERSION_SECONDS + 1)
        left = await self.client.call("KEYS", self.client.key("*"))
        assert left == [await self.moments()]

    async def test_moments_rise_also_when_the_server_s_clock_steps_back(
        self, cache: FeedCache
    ) -> None:
        """Above what they were, to the last unit of a number in Lua."""
        reader, future = self.reader(), 2**53 - 100
        await self.client.call("HSET", await self.moments(), "start", future, "now", future)
        for moment in range(future, future + 5):
            assert moment == await self.now(cache)
            await cache.put(reader, "home", page(b"x", moment, "name"), 60)
            assert await self.found(cache, reader) == b"x"
            await cache.bump(["name"])
            assert await self.found(cache, reader) is None

    async def test_moments_that_were_lost_begin_above_all_that_were_seen(
        self, cache: FeedCache
    ) -> None:
        """Also when the server's clock stepped back meanwhile; pages of before are void."""
        reader, future = self.reader(), 2**52
        await self.client.call("HSET", await self.moments(), "start", future, "now", future)
        before = await self.now(cache)
        await self.client.call("HSET", await self.moments(), "start", 5, "now", 5)
        for moment in (before - 1, before):
            await cache.put(reader, "home", page(b"x", moment), 60)
            assert await self.found(cache, reader) is None
        assert before < await self.now(cache)

    async def test_a_page_without_the_moments_is_void(self, cache: FeedCache) -> None:
        """They may be evicted where a page is not."""
        reader = self.reader()
        await cache.put(reader, "home", page(b"x", await self.now(cache)), 60)
        assert await self.client.call("DEL", await self.moments()) == 1
        assert await self.found(cache, reader) is None

    async def test_a_page_that_was_replaced_meanwhile_is_not_judged_by_the_other(
        self, cache: FeedCache
    ) -> None:
        """What is read and what is judged are the same page, or there is none."""
        reader, name = self.reader(), self.name()
        before = await self.now(cache)
        await cache.bump([name])
        now = await self.now(cache)

        async def put() -> None:
            for _ in range(50):
                await cache.put(reader, "home", page(b"void", before, name), 60)
                await cache.put(reader, "home", page(b"good", now, name), 60)

        async def look() -> set[bytes | None]:
            async with self.reopen() as other:
                return {await self.found(other, reader) for _ in range(100)}

        putting = asyncio.create_task(put())
        found = await asyncio.gather(*(look() for _ in range(4)))
        await putting
        assert all(each <= {b"good", None} for each in found)

    async def test_a_page_of_a_moment_to_come_is_void(self, cache: FeedCache) -> None:
        """It is another store's."""
        reader, now = self.reader(), await self.now(cache)
        await cache.put(reader, "home", page(b"x", now), 60)
        await cache.put(reader, "home", page(b"y", now + 3_600_000_000), 60)
        assert await self.found(cache, reader) is None

    async def test_a_page_put_after_a_flush_is_void(self, cache: FeedCache) -> None:
        """What was bumped in between went with it."""
        reader, name = self.reader(), self.name()
        before = await self.now(cache)
        await cache.bump([name])
        for key in await self.client.call("KEYS", self.client.key("*")):
            await self.client.call("DEL", key)
        await cache.put(reader, "home", page(b"old", before, name), 60)
        assert await self.found(cache, reader) is None
        assert before < await self.now(cache)

    async def test_what_is_no_page_is_none(self, cache: FeedCache) -> None:
        """Whoever wrote it."""
        reader = self.reader()
        key = self.client.key("{feed}", await self.client.life(), "page", reader.hex, "home")
        for text in (b"", b"x", bytes(23)):
            await self.client.call("SET", key, text)
            assert await self.found(cache, reader) is None

    async def moments(self) -> bytes:
        """Give the key of the moments."""
        return self.client.key("{feed}", await self.client.life(), "moments").encode()


async def lose(loss: str, server: ServerProcess, client: ValkeyClient) -> None:
    """Take all that the server holds from it."""
    if loss == "flush":
        await client.call("FLUSHALL")
        return
    server.kill()
    server.restart()
    await found(client)


@pytest.mark.parametrize("loss", ["flush", "kill"])
def test_a_lost_store_is_absent_and_can_be_built_again(loss: str) -> None:
    """Nothing half there is taken for whole: rebuilds and pages under way are void."""

    async def run() -> None:
        server, url = private_valkey()
        try:
            async with ValkeyClient.open(url, seconds=2) as client:
                stores = await Stores.filled(client)
                other = attrs.evolve(stores, reader=stores.posts[0].author_id)
                token = await other.timelines.begin(other.reader)
                assert token is not None
                before = await stores.now()
                await lose(loss, server, client)

                assert await stores.are_empty()
                late = snapshot(stores.posts)
                assert not await other.timelines.finish(other.reader, token, late)
                await stores.keep(before)
                assert await stores.are_empty()
                assert before < await stores.now()
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
