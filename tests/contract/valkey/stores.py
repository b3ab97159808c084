"""The three stores of feeds on one client, with something of each kind in them."""

import asyncio

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry
from instagram_core.kernel.clock import SystemClock
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.kernel.ids import UuidV7Generator
from instagram_core.testing.contracts.feed.cache import page
from instagram_core.testing.contracts.feed.timelines import snapshot
from instagram_core.testing.factories import entry
from instagram_valkey.client import ValkeyClient
from instagram_valkey.feed.authors import ValkeyAuthorTimeline
from instagram_valkey.feed.cache import ValkeyFeedCache
from instagram_valkey.feed.timelines import ValkeyTimelineStore


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
        await stores.keep(await stores.now())
        assert not await stores.are_empty()
        return stores

    async def rebuild(self, posts: list[FeedEntry]) -> None:
        """Make the reader's timeline of these."""
        token = await self.timelines.begin(self.reader)
        assert token is not None
        assert await self.timelines.finish(self.reader, token, snapshot(posts))

    async def now(self) -> int:
        """Give the present moment."""
        return (await self.cache.look(self.reader, "home")).moment

    async def keep(self, moment: int) -> None:
        """Keep a page of a moment."""
        await self.cache.put(self.reader, "home", page(b"page", moment, "ann"), 60)

    async def are_empty(self) -> bool:
        """Tell whether nothing is there: not something that only looks complete."""
        author = self.posts[0].author_id
        return (
            await self.timelines.window(self.reader, None, 5) is None
            and await self.timelines.push(self.posts[1], [self.reader]) == 0
            and not await self.authors.recent([author], None, 5)
            and (await self.cache.look(self.reader, "home")).page is None
        )


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
