"""What authors who are pulled shared lately."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from typing import ClassVar, Final

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry, TimelineWindow
from instagram_core.feed.policy import Slice, slice_of
from instagram_core.feed.ports import AuthorTimeline, FollowedPosts
from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.kernel.errors import AdapterError
from instagram_core.kernel.paging import Page, Position

NEVER: Final = -1
"""Before every moment of a cache: what rests on it holds for nobody."""


@attrs.frozen(kw_only=True)
class Pulled:
    """What several authors shared, each a slice of its own."""

    slices: tuple[Slice, ...]
    floor: Position | None
    """At and below it the truth must be asked; None: never."""
    moment: int
    """The moment of the cache before the oldest part of this was read."""


@attrs.frozen(kw_only=True)
class _Held:
    """An author's newest posts, as they were a moment ago."""

    slice: Slice
    floor: Position | None
    moment: int
    read_at: int


class PulledAuthors:
    """Reads the recent posts of authors, and holds what it read for a moment.

    Everybody who follows a star asks for the same few entries: they are read, and made into
    values, four times a second in each process. A list that is not there is filled from the truth,
    by one reader while the others take what they read from it.
    """

    HELD_SECONDS: ClassVar[float] = 0.25
    HELD: ClassVar[int] = 60
    """Entries of an author: three pages of somebody who follows nobody else."""
    FILLED: ClassVar[int] = 20
    """Lists that are filled at a time; of more authors only what is held is read."""

    def __init__(
        self, *, authors: AuthorTimeline, followed: FollowedPosts, cap: int, clock: Clock
    ) -> None:
        """Read from `authors`, whose lists are filled with `cap` entries of the truth."""
        self._authors = authors
        self._followed = followed
        self._cap = cap
        self._clock = clock
        self._held: dict[UserId, _Held] = {}
        self._under_way: dict[UserId, asyncio.Task[dict[UserId, _Held]]] = {}

    async def pull(
        self, authors: Sequence[UserId], after: Position | None, limit: int, moment: int = NEVER
    ) -> Pulled:
        """Give what the authors shared before `after`, as slices of `limit` entries or more.

        `moment` is one of the cache, from before this call. AdapterUnavailable when neither lists
        nor truth can be read.
        """
        held = await self._fresh(authors, moment)
        near = [each for each in held.values() if not _ends_above(each.slice, after)]
        deep = [author for author, each in held.items() if _ends_above(each.slice, after)]
        deeper = await self._windows_below(after, deep, limit) if deep and after else {}
        floors = [each.floor for each in near] + [each.floor for each in deeper.values()]
        return Pulled(
            slices=(
                *(_below(each.slice, after) for each in near),
                *(slice_of(window, limit) for window in deeper.values()),
            ),
            floor=max((floor for floor in floors if floor is not None), default=None),
            moment=min((each.moment for each in held.values()), default=moment),
        )

    async def _fresh(self, authors: Sequence[UserId], moment: int) -> dict[UserId, _Held]:
        now = to_milliseconds(self._clock.now())
        held = {author: self._held.get(author) for author in authors}
        fresh = {a: each for a, each in held.items() if each is not None and _holds(each, now)}
        missing = [author for author in authors if author not in fresh]
        return fresh | await self._read_once(missing, moment) if missing else fresh

    async def _read_once(self, authors: Sequence[UserId], moment: int) -> dict[UserId, _Held]:
        """Read authors anew, together with everybody who wants them now."""
        unread = [author for author in authors if author not in self._under_way]
        if unread:
            reading = asyncio.create_task(self._read(unread, moment))
            self._under_way.update(dict.fromkeys(unread, reading))
            reading.add_done_callback(partial(self._ended, unread))
        tasks = {self._under_way[author] for author in authors}
        # Shielded: whoever goes away must not take the others' answer along.
        read = await asyncio.gather(*(asyncio.shield(task) for task in tasks))
        found = {author: each for part in read for author, each in part.items()}
        return {author: found[author] for author in authors}

    def _ended(
        self, authors: Sequence[UserId], reading: "asyncio.Task[dict[UserId, _Held]]"
    ) -> None:
        for author in authors:
            del self._under_way[author]
        if not reading.cancelled():
            reading.exception()  # nobody may have waited for it to the end

    async def _read(self, authors: Sequence[UserId], moment: int) -> dict[UserId, _Held]:
        read_at = to_milliseconds(self._clock.now())
        read = {
            author: _Held(
                slice=slice_of(window, self.HELD),
                floor=window.floor,
                moment=moment,
                read_at=read_at,
            )
            for author, window in (await self._windows(authors)).items()
        }
        now = to_milliseconds(self._clock.now())
        self._held = {a: each for a, each in self._held.items() if _holds(each, now)} | read
        return read

    async def _windows(self, authors: Sequence[UserId]) -> dict[UserId, TimelineWindow]:
        try:
            found = dict(await self._authors.recent(authors, None, self.HELD + 1))
        except AdapterError:
            return _windows_of(await self._followed.of_authors(authors, self.HELD))
        absent = [author for author in authors if author not in found]
        return found | await self._filled(absent) if absent else found

    async def _filled(self, authors: Sequence[UserId]) -> dict[UserId, TimelineWindow]:
        """Fill lists that are not there, and give what they are filled with.

        A few at a time, or whoever follows many would wait for all of them, and perhaps in vain.
        """
        filled, others = authors[: self.FILLED], authors[self.FILLED :]
        tokens = await asyncio.gather(
            *(self._authors.begin(author) for author in filled), return_exceptions=True
        )
        pages = await self._followed.of_authors(filled, self._cap)
        fillings = (
            self._authors.fill(author, token, pages[author].items, pages[author].next)
            for author, token in zip(filled, tokens, strict=True)
            if isinstance(token, str)
        )
        await asyncio.gather(*fillings, return_exceptions=True)
        windows = _windows_of(pages)
        if others:
            windows |= _windows_of(await self._followed.of_authors(others, self.HELD))
        return windows

    async def _windows_below(
        self, after: Position, authors: Sequence[UserId], limit: int
    ) -> dict[UserId, TimelineWindow]:
        """Give windows below what is held; of a list that is gone by now, that it begins there."""
        gone = TimelineWindow(entries=(), floor=after)
        try:
            found = await self._authors.recent(authors, after, limit + 1)
        except AdapterError:
            found = {}
        return {author: found.get(author, gone) for author in authors}


def _holds(held: _Held, now: int) -> bool:
    """Tell whether a slice was read lately, and not by a clock that has stepped back since."""
    return 0 <= now - held.read_at < PulledAuthors.HELD_SECONDS * 1000


def _ends_above(known: Slice, after: Position | None) -> bool:
    return after is not None and known.horizon is not None and after <= known.horizon


def _below(known: Slice, after: Position | None) -> Slice:
    if after is None:
        return known
    older = tuple(entry for entry in known.entries if entry.position < after)
    return attrs.evolve(known, entries=older)


def _windows_of(pages: Mapping[UserId, Page[FeedEntry]]) -> dict[UserId, TimelineWindow]:
    return {
        author: TimelineWindow(entries=page.items, floor=page.next)
        for author, page in pages.items()
    }
