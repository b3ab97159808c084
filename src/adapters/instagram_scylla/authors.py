"""The recent posts of authors, which are pulled from: one row an author."""

import asyncio
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID, uuid4
from weakref import WeakValueDictionary

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry, RebuildToken, TimelineWindow
from instagram_core.feed.ports import AuthorTimeline
from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.kernel.paging import Position
from instagram_scylla.listing import Listing
from instagram_scylla.session import ScyllaSession
from instagram_scylla.statements import Reading, Statement

_READ: Final = Statement(
    "SELECT positions, floor, filling, valid_until FROM author_timelines WHERE author = ?",
    is_idempotent=True,
)
_READ_SERIAL: Final = Statement(
    "SELECT positions, floor, filling, valid_until, version FROM author_timelines WHERE author = ?",
    is_idempotent=True,
    reading=Reading.SERIAL,
)
_INSERT: Final = Statement(
    """
    INSERT INTO author_timelines (positions, floor, filling, valid_until, version, author)
    VALUES (?, ?, ?, ?, ?, ?) IF NOT EXISTS USING TTL ?
    """,
    is_idempotent=False,
)
_REPLACE: Final = Statement(
    """
    UPDATE author_timelines USING TTL ?
       SET positions = ?, floor = ?, filling = ?, valid_until = ?, version = ?
     WHERE author = ? IF version = ?
    """,
    is_idempotent=False,
)
_ATTEMPTS: Final = 20
_LONGEST_PAUSE: Final = 0.02
_TTL_SLACK: Final = 60  # the server forgets later than the clock does: its own may differ

_Change = Callable[[Listing | None], Listing | None]


class ScyllaAuthorTimeline(AuthorTimeline):
    """Keeps an author's list in one row, replaced by lightweight transactions.

    Reading, which is what feeds do, is one plain row an author. Writing takes a serial read and a
    conditional write, and happens once for each post of a pulled author. The row is at most
    24 bytes a post long, is never deleted and holds no rows that could become tombstones.
    """

    def __init__(
        self,
        session: ScyllaSession,
        clock: Clock,
        *,
        cap: int = 500,
        lifetime_seconds: float = 24 * 3600,
        filling_seconds: float = 30,
    ) -> None:
        """Keep `cap` entries an author, a filled list and a filling for so many seconds.

        The clocks of the processes must agree to a fraction of both times.
        """
        self._session = session
        self._clock = clock
        self._cap = cap
        self._lifetime = round(lifetime_seconds * 1000)
        self._filling = round(filling_seconds * 1000)
        self._turns: WeakValueDictionary[UserId, asyncio.Lock] = WeakValueDictionary()

    async def add(self, entry: FeedEntry) -> None:
        """Add a post to its author's list if that is there, or being filled."""

        def change(listing: Listing | None) -> Listing | None:
            return None if listing is None else listing.added([entry], self._cap)

        await self._replace(entry.author_id, change)

    async def remove(self, entry: FeedEntry) -> None:
        """Remove a post; a filling under way ends."""

        def change(listing: Listing | None) -> Listing | None:
            if listing is None or listing.token:
                return None if listing is None else attrs.evolve(listing, until=0)
            return listing.removed(entry)

        await self._replace(entry.author_id, change)

    async def begin(self, author: UserId) -> RebuildToken | None:
        """Start to fill a list; one that was there is forgotten."""
        token = RebuildToken(uuid4().hex)

        def change(listing: Listing | None) -> Listing | None:
            if listing is not None and listing.token:
                return listing
            return Listing(token=token, until=self._now() + self._filling)

        stored = await self._replace(author, change)
        return token if stored is not None and stored.token == token else None

    async def fill(
        self,
        author: UserId,
        token: RebuildToken,
        entries: Sequence[FeedEntry],
        floor: Position | None,
    ) -> bool:
        """Make the list of these entries and what was added meanwhile."""
        is_good = False

        def change(listing: Listing | None) -> Listing | None:
            nonlocal is_good
            is_good = listing is not None and listing.token == token != ""
            if listing is None or not is_good:
                return listing
            return listing.filled(entries, floor, self._now() + self._lifetime, self._cap)

        await self._replace(author, change)
        return is_good

    async def recent(
        self, authors: Iterable[UserId], after: Position | None, limit: int
    ) -> Mapping[UserId, TimelineWindow]:
        """Give a part of each list that is there, each read from a replica of its own."""
        asked = list(dict.fromkeys(authors))
        answers = await self._session.execute_all(_READ, [(author,) for author in asked])
        now, found = self._now(), dict[UserId, TimelineWindow]()
        for author, rows in zip(asked, answers, strict=True):
            for positions, floor, token, until in rows:
                listing = Listing(positions=positions, floor=floor, token=token, until=until)
                if listing.until > now and not listing.token:
                    found[author] = listing.window(author, after, limit)
        return found

    async def close(self) -> None:
        """Close the session."""
        await self._session.close()

    async def _replace(self, author: UserId, change: _Change) -> Listing | None:
        """Store what `change` makes of an author's list and give it; None: there was none."""
        turn = self._turns.setdefault(author, asyncio.Lock())
        async with turn:  # those of this process would only make each other fail
            for _ in range(_ATTEMPTS):
                version, listing = await self._read(author)
                changed = change(listing)
                if changed is None or changed == listing:
                    return changed
                if await self._store(author, version, changed):
                    return changed
                await asyncio.sleep(random.uniform(0, _LONGEST_PAUSE))  # noqa: S311 - spreads
        raise AdapterUnavailable(f"others changed the list {_ATTEMPTS} times meanwhile")

    async def _read(self, author: UserId) -> tuple[UUID | None, Listing | None]:
        rows = await self._session.execute(_READ_SERIAL, author)
        for positions, floor, token, until, version in rows:
            listing = Listing(positions=positions, floor=floor, token=token, until=until)
            return version, listing if until > self._now() else None
        return None, None

    async def _store(self, author: UserId, version: UUID | None, listing: Listing) -> bool:
        remaining = max(0, listing.until - self._now()) // 1000
        ttl = int(remaining) + _TTL_SLACK
        held = (listing.positions, listing.floor, listing.token, listing.until, uuid4())
        if version is None:
            rows = await self._session.execute(_INSERT, *held, author, ttl)
        else:
            rows = await self._session.execute(_REPLACE, ttl, *held, author, version)
        return bool(rows[0][0])

    def _now(self) -> int:
        return to_milliseconds(self._clock.now())
