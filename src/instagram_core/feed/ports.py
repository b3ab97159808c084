"""What feeds need from outside: the truth, and stores that make reading it quick."""

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from instagram_core.accounts.model import UserId
from instagram_core.feed.events import AuthorCrossed
from instagram_core.feed.model import (
    CachedPage,
    CacheLook,
    Delivery,
    FeedEntry,
    HomeSnapshot,
    PushRule,
    RebuildToken,
    TimelineWindow,
)
from instagram_core.kernel.paging import Page, Position
from instagram_core.posts.model import Hashtag


class FollowedPosts(Protocol):
    """The truth: what somebody's home feed holds."""

    @abstractmethod
    async def page(self, reader: UserId, after: Position | None, limit: int) -> Page[FeedEntry]:
        """Give published posts of the reader and of active people they follow, newest first.

        Muted people and anybody in a block with the reader are left out. One round trip; complete,
        without gap or repeat over successive pages, whatever is published meanwhile.
        """

    @abstractmethod
    async def snapshot(self, reader: UserId, limit: int) -> HomeSnapshot:
        """Give the newest `limit` entries of `page`, and who is pulled, in one round trip.

        Of suspended people, too: whoever shows them leaves those out, and a timeline that was made
        of them is whole when they return. Who is pulled is read no later than the entries: a post
        of anybody else is among the entries, or will be pushed.
        """

    @abstractmethod
    async def of_authors(
        self, authors: Iterable[UserId], limit: int
    ) -> Mapping[UserId, Page[FeedEntry]]:
        """Give the newest `limit` published posts of each author, in one round trip.

        Every author asked for is there, whoever they are; nobody's right to see is asked.
        """


class HashtagPosts(Protocol):
    """The truth of hashtags: which posts carry one, and which of them somebody may come across."""

    @abstractmethod
    async def page(
        self, tag: Hashtag, viewer: UserId | None, after: Position | None, limit: int
    ) -> Page[FeedEntry]:
        """Give published posts of which `hashtags_in(caption)` holds the tag, newest first.

        Those whose author the viewer `may_come_across`, now. `viewer` None: nobody is signed in.
        One round trip of bounded cost; complete, without gap or repeat over successive pages. An
        edited caption counts at once.

        Full while there is more, unless a thousand and more in a row are hidden: then shorter, and
        `next` is the last one looked at.
        """


class AuthorDelivery(Protocol):
    """Keeps how each author is delivered; PUSH until said otherwise.

    A post's own delivery is decided in the statement that publishes it: `PostPublished.is_pushed`
    is false if and only if its author's was PULL then, and none is decided PULL by a statement
    that has not ended when `settle` has given PUSH.
    """

    @abstractmethod
    async def settle(self, author: UserId, rule: PushRule) -> Delivery:
        """Bring an author in line with the rule, and give their delivery as it is then. Idempotent.

        From PUSH to CROSSING, recording AuthorCrossed of a new round; from CROSSING or PULL to
        PUSH. One round trip. PUSH for an unknown author.
        """

    @abstractmethod
    async def arrive(self, crossed: AuthorCrossed) -> bool:
        """Go from CROSSING to PULL; False when the author is not crossing in that round."""

    @abstractmethod
    async def pulled(self, authors: Iterable[UserId]) -> frozenset[UserId]:
        """Give those of `authors` who are PULL now, in one round trip."""

    @abstractmethod
    async def unsettled(
        self, rule: PushRule, after: UserId | None, limit: int
    ) -> tuple[UserId, ...]:
        """Give up to `limit` authors above `after` whom `settle` would move, in ascending order."""


class TimelineStore(Protocol):
    """Keeps a capped timeline for each reader who was there lately.

    Entries are ordered newest first by position; of two with the same position one is kept. Over
    the cap the oldest go and the floor rises with them. Losing a timeline at any moment is
    allowed: an absent one is rebuilt.
    """

    @abstractmethod
    async def push(self, entry: FeedEntry, readers: Sequence[UserId]) -> int:
        """Add one entry to the timelines of `readers`; give how many took it. Idempotent.

        Skipped: readers without a timeline (and none being rebuilt), and entries at or below the
        floor.
        """

    @abstractmethod
    async def window(
        self, reader: UserId, after: Position | None, limit: int
    ) -> TimelineWindow | None:
        """Give up to `limit` entries older than `after`; None when no timeline is finished.

        `pulled` is that of the snapshot the timeline was finished with.
        """

    @abstractmethod
    async def begin(self, reader: UserId) -> RebuildToken | None:
        """Start a rebuild: from now on pushes are accepted. None when another is under way.

        The snapshot must be read after this returned. A rebuild nobody finishes ends after a while.
        """

    @abstractmethod
    async def finish(
        self,
        reader: UserId,
        token: RebuildToken,
        snapshot: HomeSnapshot,
    ) -> bool:
        """Store the snapshot together with what was pushed since `begin`.

        False, storing nothing, when the token is no longer the one under way: dropped meanwhile.
        """

    @abstractmethod
    async def drop(self, readers: Iterable[UserId]) -> None:
        """Forget timelines, and rebuilds under way. Idempotent."""


class AuthorTimeline(Protocol):
    """Keeps the recent posts of authors who are pulled, not pushed.

    Ordered and capped like timelines. Losing a list at any moment is allowed: an absent one is
    filled again.
    """

    @abstractmethod
    async def add(self, entry: FeedEntry) -> None:
        """Add a post to its author's list if that is there, or being filled. Idempotent."""

    @abstractmethod
    async def remove(self, entry: FeedEntry) -> None:
        """Remove a post. Idempotent. A filling under way ends: it may have read the post."""

    @abstractmethod
    async def begin(self, author: UserId) -> RebuildToken | None:
        """Start to fill a list: additions are kept for it from now on.

        None when another filling is under way. The truth must be read after this returned. A list
        that was there is forgotten; a filling nobody finishes ends after a while.
        """

    @abstractmethod
    async def fill(
        self,
        author: UserId,
        token: RebuildToken,
        entries: Sequence[FeedEntry],
        floor: Position | None,
    ) -> bool:
        """Make the list of these entries, complete above `floor`, and what was added since `begin`.

        False, storing nothing, when the token is no longer the one under way.
        """

    @abstractmethod
    async def recent(
        self, authors: Iterable[UserId], after: Position | None, limit: int
    ) -> Mapping[UserId, TimelineWindow]:
        """Give up to `limit` entries older than `after` of each author, in one round trip.

        Authors without a finished list are absent: ask the truth, between `begin` and `fill`.
        """


class FeedCache(Protocol):
    """Keeps first pages, and knows what happened to the people they rest on."""

    @abstractmethod
    async def look(self, reader: UserId, page: str) -> CacheLook:
        """Give the page stored last under a name, and the present moment, in one round trip.

        The page is absent when it expired, when any name it rests on was bumped since its moment,
        or when the store lost anything since.
        """

    @abstractmethod
    async def put(self, reader: UserId, page: str, cached: CachedPage, seconds: float) -> None:
        """Store a page for `seconds`, an hour at most, replacing what was there."""

    @abstractmethod
    async def bump(self, names: Iterable[str]) -> None:
        """Make every page that rests on one of these names and is of a moment until now void."""


class Affinities(Protocol):
    """Knows how close somebody is to authors, from what they did themselves; nobody else sees it.

    `affinity` says what an interaction is worth, and how that fades. Likes are those there are,
    taken back ones count nothing; visits are recorded here.
    """

    @abstractmethod
    async def strengths(
        self, reader: UserId, authors: Iterable[UserId], at: int
    ) -> Mapping[UserId, float]:
        """Give how close each author is at `at` (Unix ms), in one round trip.

        The sum of what each like and visit is worth by then; of likes, those of the `LIKES` posts
        with the highest ids that the reader likes. Authors to whom there is nothing are absent,
        and so is the reader.
        """

    @abstractmethod
    async def visited(self, viewer: UserId, owner: UserId, at: int) -> bool:
        """Record a visit of somebody's profile at `at` (Unix ms); visits may come in any order.

        False, recording nothing: of oneself, of somebody who is not active, by somebody who was
        deleted, and where there is a block between the two. A block, and erasing either account,
        removes what was recorded.
        """


class FeedObserver(Protocol):
    """Hears what the feed does, for those who count. Nothing here may fail or wait."""

    @abstractmethod
    def pushed(self, readers: int, taken: int, lag: float) -> None:
        """A post was offered to `readers`, and `taken` by timelines, `lag` seconds after it."""

    @abstractmethod
    def read(self, source: str, pulls: int) -> None:
        """A page came from `timeline` or from the `truth`, with so many authors pulled."""

    @abstractmethod
    def looked(self, result: str) -> None:
        """A first page was asked for in the cache: `hit`, `miss`, `stale` or `degraded`."""

    @abstractmethod
    def rebuilt(self, result: str) -> None:
        """A rebuild ended: `stored`, `void` (dropped meanwhile), `failed` or `refused` (busy)."""

    @abstractmethod
    def sampled(self, *, is_complete: bool) -> None:
        """A stored timeline was compared with the truth."""
