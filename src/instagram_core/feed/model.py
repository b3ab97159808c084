"""Values of feeds."""

import math
from enum import StrEnum
from typing import ClassVar, NewType

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


class Delivery(StrEnum):
    """How an author's posts get to their followers."""

    PUSH = "push"
    """Each post is put into every follower's timeline."""
    CROSSING = "crossing"
    """On the way from push to pull: pushed, while readers are told to pull as well."""
    PULL = "pull"
    """Readers look at what the author shared lately."""


@attrs.frozen(kw_only=True)
class PushRule:
    """How many followers an author may have to be pushed."""

    pulled_from: int
    """With so many followers, pull."""

    def is_pulled_with(self, followers: int) -> bool:
        """Tell whether an author who is pushed is to be pulled."""
        return followers >= self.pulled_from

    def is_pushed_with(self, followers: int) -> bool:
        """Tell whether an author who is pulled is to be pushed again: below nine tenths.

        In between each stays as they are, or somebody at the threshold would go to and fro.
        """
        return followers * 10 < self.pulled_from * 9


def _is_weight(_: object, field: "attrs.Attribute[float]", weight: float) -> None:
    if not 0 <= weight <= RankRules.HEAVIEST:
        raise ValueError(f"{field.name} must be from 0 to {RankRules.HEAVIEST}, not {weight}")


@attrs.frozen(kw_only=True)
class RankRules:
    """What the ranked order goes by; `ranking` says how. ValueError for what makes no order."""

    HEAVIEST: ClassVar[float] = 10
    MOST_CANDIDATES: ClassVar[int] = 1000

    half_life_hours: float = 24
    """After so long a post has half of its recency."""
    recency: float = attrs.field(default=1.0, validator=_is_weight)
    """The weight of being new; 0, as for each of the four, leaves it out."""
    engagement: float = attrs.field(default=0.5, validator=_is_weight)
    """The weight of likes and comments."""
    relationship: float = attrs.field(default=1.0, validator=_is_weight)
    """The weight of how close the author is to the reader."""
    content: float = attrs.field(default=1.0, validator=_is_weight)
    """The weight of what kind of post it is."""
    diversity: float = 0.7
    """What each further post of an author is multiplied by; 1: nothing."""
    candidates: int = 200
    """How many of the newest posts are ranked; older ones follow in the order of time."""

    def __attrs_post_init__(self) -> None:
        """Refuse what would make no order."""
        if not 0 < self.half_life_hours < math.inf:
            raise ValueError(f"half_life_hours must be above 0, not {self.half_life_hours}")
        if not 0 < self.diversity <= 1:
            raise ValueError(f"diversity must be above 0, at most 1, not {self.diversity}")
        if not 1 <= self.candidates <= self.MOST_CANDIDATES:
            raise ValueError(f"candidates must be 1 to {self.MOST_CANDIDATES}")


@attrs.frozen(kw_only=True)
class FeedRules:
    """What an operator may choose about feeds."""

    push: PushRule = PushRule(pulled_from=10_000)
    timeline_cap: int = 500
    """Entries of a stored timeline, and of an author's list."""
    cache_seconds: float = 60
    """For how long a first page may be shown again; 0: never."""
    sampled_every: int = 1000
    """One of so many first pages has its timeline compared with the truth; 0: none."""
    rank: RankRules = attrs.field(factory=RankRules)


@attrs.frozen(kw_only=True)
class HomeSnapshot:
    """The newest part of a home feed, as it was at one moment."""

    entries: tuple[FeedEntry, ...]
    """Newest first, of all authors, however they are delivered."""
    floor: Position | None
    """Everything above it is in `entries`; None: that is everything there is."""
    pulled: tuple[UserId, ...] = ()
    """Whom the reader follows, and has not muted, whose delivery was not PUSH at that moment."""


@attrs.frozen(kw_only=True)
class TimelineWindow:
    """A part of a stored timeline, newest first.

    Everything above `floor` is in the store; everything at or below it must come from the truth.
    `floor` None: the timeline reaches back to the very first post.
    """

    entries: tuple[FeedEntry, ...]
    floor: Position | None
    pulled: tuple[UserId, ...] = ()
    """Authors whose posts need not be here: to be asked for beside it."""

    def top(self, count: int) -> bytes:
        """Describe the newest `count` entries and who is pulled.

        Of windows of one store: equal bytes if and only if these are equal.
        """
        newest = [bytes(entry.position) for entry in self.entries[:count]]
        return b"".join([*newest, b"|", *(author.bytes for author in self.pulled)])


@attrs.frozen(kw_only=True)
class PageBasis:
    """What must still hold for a page to be shown again."""

    moment: int
    """The moment of the cache before anything of the page was read."""
    names: frozenset[str]
    """Whom it rests on: its reader, its authors, and authors who were looked at."""
    top: bytes | None
    """The timeline's newest entries, as `policy.top_of` describes them; None without timeline."""


@attrs.frozen
class HomePage(Page[PostView]):
    """A page of the home feed as its reader sees it."""

    basis: PageBasis | None = None
    """What it was made from; None where it cannot be kept."""


@attrs.frozen(kw_only=True)
class CachedPage:
    """An answer as it was given, with what it rests on."""

    body: bytes
    basis: PageBasis
    made_at: int
    """Unix milliseconds."""


@attrs.frozen(kw_only=True)
class CacheLook:
    """What a cache has to say about a page."""

    page: CachedPage | None
    """None when there is none, or when anything it rests on changed since."""
    moment: int
    """The present moment: what is read from now on may be kept under it."""
