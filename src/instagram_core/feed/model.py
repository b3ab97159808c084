"""Values of feeds."""

from typing import NewType

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.kernel.paging import Page, Position
from instagram_core.posts.model import PostId, PostView

RebuildToken = NewType("RebuildToken", str)


@attrs.frozen(kw_only=True)
class FeedEntry:
    """One post's place in a feed."""

    position: Position
    author_id: UserId

    @property
    def post_id(self) -> PostId:
        """Give the post."""
        return PostId(self.position.id)


@attrs.frozen(kw_only=True)
class TimelineWindow:
    """A part of a stored timeline, newest first.

    Everything above `floor` is in the store; everything at or below it must come from the truth.
    `floor` None: the timeline reaches back to the very first post.
    """

    entries: tuple[FeedEntry, ...]
    floor: Position | None


@attrs.frozen
class HomePage(Page[PostView]):
    """A page of the home feed as its reader sees it."""

    is_degraded: bool = False
    """It is the one of a while ago: the truth cannot be asked now."""


@attrs.frozen(kw_only=True)
class CachedPage:
    """A page as it was served, with what it depended on."""

    body: bytes
    newest: Position | None
    """The newest member of the reader's timeline when the page was made."""
    versions: tuple[tuple[str, int], ...]
    """Name and version of the reader and of each author, read before the page's data."""
    made_at: int
    """Unix milliseconds."""
