"""Every port at once: a whole system that needs nothing but this process."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

import attrs

from instagram_core.assembly.ports import Ports
from instagram_core.kernel.clock import Clock, SystemClock
from instagram_core.kernel.ids import UuidV7Generator
from instagram_core.kernel.signing import Signer
from instagram_core.memory.closing import Closable
from instagram_core.memory.database import Database
from instagram_core.memory.feed import (
    InMemoryAuthorTimeline,
    InMemoryFeedCache,
    InMemoryTimelineStore,
)
from instagram_core.memory.images import InMemoryImageProcessor
from instagram_core.memory.limits import InMemoryRateLimiter
from instagram_core.memory.media import InMemoryMediaStore
from instagram_core.memory.passwords import ScryptPasswordHasher
from instagram_core.memory.relational import in_memory_family


@attrs.frozen(kw_only=True)
class InMemorySystem:
    """All in-memory adapters over one clock; what they keep is gone when the process ends."""

    ports: Ports
    """What `assemble` makes use cases of."""
    timelines: InMemoryTimelineStore
    authors: InMemoryAuthorTimeline
    cache: InMemoryFeedCache
    adapters: tuple[Closable, ...] = attrs.field(repr=False)
    """Everything that is closed at the end."""

    @classmethod
    def new(cls, clock: Clock | None = None, secret: bytes | None = None) -> Self:
        """Give an empty system; by default on the machine's clock, with a secret of its own."""
        clock = clock or SystemClock()
        ids = UuidV7Generator(clock)
        database, media = Database(clock, ids), InMemoryMediaStore(clock)
        limiter, passwords = InMemoryRateLimiter(clock), ScryptPasswordHasher()
        images = InMemoryImageProcessor()
        timelines, authors = InMemoryTimelineStore(clock), InMemoryAuthorTimeline(clock)
        cache = InMemoryFeedCache(clock)
        ports = Ports(
            relational=in_memory_family(database),
            media=media,
            images=images,
            limiter=limiter,
            passwords=passwords,
            clock=clock,
            ids=ids,
            secret=secret or secrets.token_bytes(2 * Signer.MINIMUM_SECRET),
        )
        adapters = (database, media, limiter, images, passwords, timelines, authors, cache)
        return cls(
            ports=ports, timelines=timelines, authors=authors, cache=cache, adapters=adapters
        )

    @classmethod
    @asynccontextmanager
    async def open(
        cls, clock: Clock | None = None, secret: bytes | None = None
    ) -> AsyncIterator[Self]:
        """Give an empty system for the length of a block."""
        system = cls.new(clock, secret)
        try:
            yield system
        finally:
            await system.close()

    async def close(self) -> None:
        """Close every adapter; a later call raises AdapterClosed."""
        for adapter in self.adapters:
            await adapter.close()
