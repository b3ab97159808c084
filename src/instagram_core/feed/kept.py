"""First pages as readers last got them, for the time in which the truth cannot be asked."""

import asyncio
from abc import abstractmethod
from contextlib import suppress
from typing import ClassVar, Protocol

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import CachedPage
from instagram_core.feed.ports import FeedCache
from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.kernel.errors import AdapterError
from instagram_core.kernel.paging import Page
from instagram_core.posts.model import PostView


class PageCodec(Protocol):
    """Turns pages into bytes and back."""

    @abstractmethod
    def encode(self, page: Page[PostView]) -> bytes:
        """Give a page as bytes."""

    @abstractmethod
    def decode(self, body: bytes) -> Page[PostView]:
        """Give the page that `encode` was given; ValueError when another release wrote it."""


class KeptPages:
    """Keeps what was shown: the posts as the reader saw them, not an answer made of them.

    Media addresses and cursors are signed anew whenever a page is shown, so a kept one holds no
    signature, and is the same for whichever address the reader comes by.
    """

    OLDEST_SECONDS: ClassVar[int] = 60
    """A page older than this may show what its reader may no longer see."""
    WRITES: ClassVar[int] = 100
    """Pages on their way to the store at a time; more are not kept."""

    def __init__(self, *, cache: FeedCache, codec: PageCodec, clock: Clock, seconds: float) -> None:
        """Keep pages in `cache` for `seconds`."""
        self._cache = cache
        self._codec = codec
        self._clock = clock
        self._seconds = seconds
        self._writes: set[asyncio.Task[None]] = set()

    def now(self) -> int:
        """Give the time that belongs to a page: before anything of it is read."""
        return to_milliseconds(self._clock.now())

    def keep(self, reader: UserId, limit: int, page: Page[PostView], read_at: int) -> None:
        """Store a page that is about to be shown. Nobody waits, and nothing fails with it."""
        if len(self._writes) < self.WRITES:
            write = asyncio.create_task(self._store(reader, limit, page, read_at))
            self._writes.add(write)
            write.add_done_callback(self._writes.discard)

    async def find(self, reader: UserId, limit: int) -> Page[PostView] | None:
        """Give the reader's last first page of this length, if it is not too old."""
        with suppress(AdapterError, ValueError):
            kept = await self._cache.get(reader, _name(limit))
            if kept is not None and self._is_fresh(kept):
                return self._codec.decode(kept.body)
        return None

    async def _store(self, reader: UserId, limit: int, page: Page[PostView], read_at: int) -> None:
        newest = page.items[0].post.position if page.items else None
        body = self._codec.encode(page)
        kept = CachedPage(body=body, newest=newest, versions=(), made_at=read_at)
        with suppress(AdapterError):
            await self._cache.put(reader, _name(limit), kept, self._seconds)

    def _is_fresh(self, kept: CachedPage) -> bool:
        age = self.now() - kept.made_at
        return age <= 1000 * min(self._seconds, self.OLDEST_SECONDS)


def _name(limit: int) -> str:
    return f"home:{limit}"
