"""What feeds need from outside: the truth, and stores that make reading it quick."""

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import CachedPage, FeedEntry, RebuildToken, TimelineWindow
from instagram_core.kernel.paging import Page, Position


class FollowedPosts(Protocol):
    """The truth: what somebody's home feed holds."""

    @abstractmethod
    async def page(self, reader: UserId, after: Position | None, limit: int) -> Page[FeedEntry]:
        """Give published posts of the reader and of active people they follow, newest first.

        Muted people and anybody in a block with the reader are left out. One round trip; complete,
        without gap or repeat over successive pages, whatever is published meanwhile.
        """


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
        """Give up to `limit` entries older than `after`; None when no timeline is finished."""

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
        entries: Sequence[FeedEntry],
        floor: Position | None,
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
    """Keeps first pages, and the versions that tell whether they still hold."""

    @abstractmethod
    async def get(self, reader: UserId, page: str) -> CachedPage | None:
        """Give the page stored last under a name; None when absent or expired."""

    @abstractmethod
    async def put(self, reader: UserId, page: str, cached: CachedPage, seconds: float) -> None:
        """Store a page for `seconds`, an hour at most, replacing what was there."""

    @abstractmethod
    async def versions(self, names: Iterable[str]) -> Mapping[str, int]:
        """Give the version of each name, in one round trip.

        A name that was not bumped lately has the version of the store itself, which is another
        once the store was lost: whoever compares must have asked before.
        """

    @abstractmethod
    async def bump(self, names: Iterable[str]) -> None:
        """Raise the version of each name, above the store's own.

        Within the life of any page a version does not come back, also after a lost store.
        """
