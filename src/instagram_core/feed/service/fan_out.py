"""What follows for feeds from a post that is published, or gone."""

import asyncio
from collections.abc import AsyncIterator
from typing import ClassVar

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry
from instagram_core.feed.policy import name_of_author
from instagram_core.feed.ports import AuthorTimeline, FeedCache, FeedObserver, TimelineStore
from instagram_core.graph.ports import FollowerReader
from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.kernel.paging import Position
from instagram_core.posts.events import PostDeleted, PostPublished
from instagram_core.posts.ports import PostRepository


class FanOut:
    """Puts posts where their readers look.

    Every step may be done twice, and in any order with others: adding is idempotent, and what
    arrives after its post was deleted is left out when it is read.
    """

    PAGE: ClassVar[int] = 5000
    """Followers read at a time."""

    def __init__(
        self,
        *,
        followers: FollowerReader,
        posts: PostRepository,
        timelines: TimelineStore,
        authors: AuthorTimeline,
        cache: FeedCache,
        observer: FeedObserver,
        clock: Clock,
    ) -> None:
        """Put them into these."""
        self._followers = followers
        self._posts = posts
        self._timelines = timelines
        self._authors = authors
        self._cache = cache
        self._observer = observer
        self._clock = clock
        self._turn = asyncio.Lock()

    async def publish(self, event: PostPublished) -> None:
        """Let the author see the post in their feed, and everybody whose feed it belongs to.

        Into the timelines of all followers, or, where the author is pulled, where these look for
        it. AdapterUnavailable: some may have it, do it again.
        """
        position = Position(event.shared_at, event.post_id)
        entry = FeedEntry(position=position, author_id=event.author_id)
        readers, taken = 1, await self._timelines.push(entry, [event.author_id])
        await self._authors.add(entry)
        if event.is_pushed:
            followers, pushed = await self._push(entry)
            readers, taken = readers + followers, taken + pushed
        else:
            if not await self._posts.get_many([event.post_id]):
                # It was deleted, and that job may be done: the post would be hidden in the first
                # pages of all followers for a day.
                await self._authors.remove(entry)
            # After the post is where they look: what they keep from before does not hold it.
            await self._cache.bump([name_of_author(event.author_id)])
        lag = (to_milliseconds(self._clock.now()) - event.shared_at) / 1000
        self._observer.pushed(readers, taken, lag)

    async def delete(self, event: PostDeleted) -> None:
        """Let nobody who pulls the author come upon a deleted post. Idempotent.

        Timelines keep it: it is left out when they are read, also by those who get it late.
        """
        if event.shared_at is not None:
            position = Position(event.shared_at, event.post_id)
            await self._authors.remove(FeedEntry(position=position, author_id=event.author_id))
        await self._cache.bump([name_of_author(event.author_id)])

    async def forget(self, author: UserId) -> None:
        """Drop the timelines of all followers, who make them anew when they next read."""
        async for page in followers_of(self._followers, author, self.PAGE):
            await self._timelines.drop(page)

    async def _push(self, entry: FeedEntry) -> tuple[int, int]:
        """Push to all followers, reading each page while the one before is pushed to."""
        readers = taken = 0
        page = await self._followers.page(entry.author_id, None, self.PAGE)
        # One post after the other: they come to most timelines in the order in which they were
        # published, which costs the least, and several at once would not be quicker.
        async with self._turn:
            while page:
                following, pushed = await asyncio.gather(
                    self._after(entry.author_id, page), self._timelines.push(entry, page)
                )
                readers, taken = readers + len(page), taken + pushed
                page = following
        return readers, taken

    async def _after(self, author: UserId, page: tuple[UserId, ...]) -> tuple[UserId, ...]:
        if len(page) < self.PAGE:
            return ()
        return await self._followers.page(author, page[-1], self.PAGE)


async def followers_of(
    reader: FollowerReader, author: UserId, size: int
) -> AsyncIterator[tuple[UserId, ...]]:
    """Give all followers, page by page."""
    page = await reader.page(author, None, size)
    while page:
        yield page
        page = await reader.page(author, page[-1], size) if len(page) == size else ()
