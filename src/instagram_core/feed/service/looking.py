"""First pages that were shown before, and whether they still hold."""

import asyncio
from contextlib import suppress
from typing import ClassVar, TypeVar
from zlib import crc32

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import CachedPage, CacheLook, HomePage, TimelineWindow
from instagram_core.feed.policy import top_of
from instagram_core.feed.ports import FeedCache, FeedObserver, TimelineStore
from instagram_core.kernel.background import Background
from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.kernel.errors import AdapterError

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class FirstLook:
    """What the stores say when somebody opens their feed, read in one round trip."""

    reader: UserId
    name: str
    limit: int
    at: int
    """Unix milliseconds, before anything was read."""
    moment: int | None
    """The cache's; None where it was away."""
    cached: CachedPage | None
    window: TimelineWindow | None
    """The timeline's newest entries, one more than fit on a page; None: there is none."""
    is_away: bool
    """The timeline could not be asked for."""


class FirstPages:
    """Keeps answers and shows them again while nothing they rest on has changed.

    A page is validated at each read, not deleted by each write: it holds while the timeline begins
    with the same entries, and while nothing happened to its reader and its authors since before it
    was read. So whatever order things happen in, no page outlives a change that was told.
    """

    PLACES: ClassVar[int] = 16
    """Pages kept of one reader: clients choose names, such as by the host they ask for."""
    WRITES: ClassVar[int] = 100
    """Pages on their way to the store at a time; more are not kept."""

    def __init__(
        self,
        *,
        cache: FeedCache,
        timelines: TimelineStore,
        observer: FeedObserver,
        clock: Clock,
        seconds: float,
    ) -> None:
        """Show pages again for `seconds`, and twice as long while the truth is away; 0: never."""
        self._cache = cache
        self._timelines = timelines
        self._observer = observer
        self._clock = clock
        self._seconds = seconds
        self._writes = Background(self.WRITES)

    async def look(self, reader: UserId, name: str, limit: int) -> FirstLook:
        """Ask for a reader's page of a name, and for the top of their timeline, side by side.

        One round trip. Raises nothing: stores that are away have nothing to say.
        """
        at = self._now()
        found, window = await self._asked(reader, name, limit)
        told, newest = _unless_away(found), _unless_away(window)
        return FirstLook(
            reader=reader,
            name=name,
            limit=limit,
            at=at,
            moment=None if told is None else told.moment,
            cached=None if told is None else _named(told.page, name),
            window=newest,
            is_away=isinstance(window, AdapterError),
        )

    async def _asked(
        self, reader: UserId, name: str, limit: int
    ) -> tuple[CacheLook | BaseException | None, TimelineWindow | BaseException | None]:
        window = self._timelines.window(reader, None, limit + 1)
        if self._seconds:
            look = self._cache.look(reader, self._place(name))
            return await asyncio.gather(look, window, return_exceptions=True)
        try:
            return None, await window
        except AdapterError as error:
            return None, error

    def fresh(self, look: FirstLook) -> bytes | None:
        """Give the answer of a while ago if it would be the same now, as far as stores can tell."""
        body, result = self._judged(look)
        self._observer.looked(result)
        return body

    def last(self, look: FirstLook) -> bytes | None:
        """Give the answer of a while ago where the truth cannot be asked.

        It may lack posts that came since; nobody it shows has changed since.
        """
        if look.cached is None or not _is_young(look, look.cached, 2 * self._seconds):
            return None
        self._observer.looked("degraded")
        return look.cached.body

    def keep(self, look: FirstLook, page: HomePage, body: bytes) -> None:
        """Store the answer that was made of a page. Nobody waits, and nothing fails with it."""
        if page.basis is not None and self._seconds:
            names = page.basis.names | {_mark(look.name)}
            basis = attrs.evolve(page.basis, names=names)
            cached = CachedPage(body=body, basis=basis, made_at=look.at)
            self._writes.start(self._store(look, cached))

    async def idle(self) -> None:
        """Wait until no page is on its way."""
        await self._writes.idle()

    async def _store(self, look: FirstLook, cached: CachedPage) -> None:
        with suppress(AdapterError):
            place = self._place(look.name)
            await self._cache.put(look.reader, place, cached, 2 * self._seconds)

    def _judged(self, look: FirstLook) -> tuple[bytes | None, str]:
        cached, window = look.cached, look.window
        if cached is None or window is None:
            return None, "miss"
        is_young = _is_young(look, cached, self._seconds)
        if is_young and cached.basis.top == top_of(window, look.limit):
            return cached.body, "hit"
        return None, "stale"

    def _place(self, name: str) -> str:
        return f"first:{crc32(name.encode()) % self.PLACES}"

    def _now(self) -> int:
        return to_milliseconds(self._clock.now())


def _mark(name: str) -> str:
    """Give what the basis of a page holds to tell its name; nobody bumps it."""
    return f"name:{name}"


def _named(page: CachedPage | None, name: str) -> CachedPage | None:
    """Give the page of a place, unless it is another one."""
    return page if page is not None and _mark(name) in page.basis.names else None


def _is_young(look: FirstLook, cached: CachedPage, seconds: float) -> bool:
    """Tell whether a page was made within so long, by a clock that may have stepped either way."""
    return abs(look.at - cached.made_at) <= 1000 * seconds


def _unless_away(told: T | BaseException) -> T | None:
    if isinstance(told, AdapterError):
        return None
    if isinstance(told, BaseException):
        raise told
    return told
