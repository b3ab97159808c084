"""Everything the use cases need from outside, one attribute a port."""

from collections.abc import Mapping
from typing import ClassVar

import attrs

from instagram_core.accounts.ports import PasswordHasher, SessionCache
from instagram_core.assembly.families import RelationalFamily, TimelineFamily
from instagram_core.feed.model import FeedRules
from instagram_core.feed.ports import FeedObserver
from instagram_core.kernel.clock import Clock
from instagram_core.kernel.ids import IdGenerator
from instagram_core.limits.policy import DEFAULT_RATES, Rate
from instagram_core.limits.ports import RateLimiter
from instagram_core.media.ports import ImageProcessor, MediaStore


@attrs.frozen(kw_only=True)
class Ports:
    """One choice of adapters, opened and ready."""

    UPLOAD_BYTES: ClassVar[int] = 10 * 1024 * 1024

    relational: RelationalFamily
    media: MediaStore
    images: ImageProcessor
    limiter: RateLimiter
    passwords: PasswordHasher
    session_cache: SessionCache | None = None
    """In front of the family's sessions; None reads them from the store every time."""
    clock: Clock
    ids: IdGenerator
    secret: bytes = attrs.field(repr=False)
    """Signs sessions, cursors and media addresses; the same in every process. 16 bytes or more."""
    rates: Mapping[str, Rate] = DEFAULT_RATES
    upload_bytes: int = UPLOAD_BYTES
    timelines: TimelineFamily | None = None
    """What makes reading feeds quick; None reads every page from the truth."""
    feed: FeedRules = attrs.field(factory=FeedRules)
    feed_observer: FeedObserver | None = None
