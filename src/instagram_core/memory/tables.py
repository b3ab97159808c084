"""The schema of the relational family: every table, what is unique in it, and its rows."""

import json
from enum import StrEnum
from uuid import UUID

import attrs

from instagram_core.accounts.model import Account, Session, SessionId, UserId
from instagram_core.feed.model import Delivery
from instagram_core.graph.model import PersonalList
from instagram_core.idempotency.model import EffectKey, StoredAnswer
from instagram_core.jobs.model import Job, JobId
from instagram_core.media.model import Original, Picture
from instagram_core.memory.journal import Journal, Table
from instagram_core.posts.model import Post, PostId


class Counter(StrEnum):
    """What is counted beside the rows that are counted."""

    FOLLOWERS = "followers"
    FOLLOWING = "following"
    POSTS = "posts"
    LIKES = "likes"


@attrs.frozen(kw_only=True)
class PostRow:
    """A post with what only its author and the workers need."""

    post: Post
    originals: tuple[Original, ...]
    failure: str | None = None

    def stems(self) -> tuple[str, ...]:
        """Give the stems of all files of the post, each once."""
        pictures = (media.picture.stem for media in self.post.media)
        return tuple(dict.fromkeys([*(original.stem for original in self.originals), *pictures]))


@attrs.frozen(kw_only=True)
class JobRow:
    """A job, and when it may be leased. Times are Unix milliseconds."""

    id: JobId
    queue: str
    kind: str
    payload: str
    """JSON, so that no two readers share a mutable value."""
    created_at: int
    run_at: int
    attempts: int = 0
    leased_until: int = 0
    error: str | None = None
    failed_at: int | None = None

    def is_ready(self, now: int) -> bool:
        """Tell whether a worker may lease the job now."""
        return self.failed_at is None and self.run_at <= now and not self.is_leased(now)

    def is_leased(self, now: int) -> bool:
        """Tell whether a worker holds the job."""
        return now < self.leased_until

    def job(self) -> Job:
        """Give the job as workers and operators see it."""
        return Job(
            id=self.id,
            queue=self.queue,
            kind=self.kind,
            payload=json.loads(self.payload),
            attempts=self.attempts,
            created_at=self.created_at,
            error=self.error,
            failed_at=self.failed_at,
        )


@attrs.frozen(kw_only=True)
class ClaimRow:
    """An idempotency key that was taken; `answer` is None until the effect is done."""

    fingerprint: bytes
    claimed_at: int
    answer: StoredAnswer | None = None


@attrs.frozen(kw_only=True)
class DeliveryRow:
    """How an author is delivered, and how often they crossed."""

    delivery: Delivery = Delivery.PUSH
    round: int = 0


@attrs.frozen(kw_only=True)
class VisitRow:
    """How much somebody visits a profile: visits, faded to the moment of the latest."""

    strength: float
    at: int


class Tables:
    """All rows, by what is unique of them. Moments are Unix milliseconds."""

    def __init__(self, journal: Journal) -> None:
        """Begin empty."""
        self.accounts: Table[UserId, Account] = Table(journal)
        self.usernames: Table[str, UserId] = Table(journal)  # folded; a deleted account's stays
        self.emails: Table[str, UserId] = Table(journal)  # folded; goes when erased
        self.sessions: Table[SessionId, Session] = Table(journal)
        self.avatars: Table[UserId, Picture] = Table(journal)
        self.awaited_avatars: Table[UserId, str] = Table(journal)  # → stem

        self.follows: Table[tuple[UserId, UserId], int] = Table(journal)  # follower, followee
        self.requests: Table[tuple[UserId, UserId], int] = Table(journal)  # follower, followee
        self.blocks: Table[tuple[UserId, UserId], int] = Table(journal)  # blocker, blocked
        self.lists: Table[tuple[PersonalList, UserId, UserId], int] = Table(
            journal
        )  # list, owner, member

        self.posts: Table[PostId, PostRow] = Table(journal)
        self.likes: Table[tuple[PostId, UserId], int] = Table(journal)
        self.counters: Table[tuple[Counter, UUID], int] = Table(journal)  # absent: zero

        self.deliveries: Table[UserId, DeliveryRow] = Table(journal)  # absent: PUSH, no round

        self.visits: Table[tuple[UserId, UserId], VisitRow] = Table(journal)  # viewer, owner

        self.jobs: Table[JobId, JobRow] = Table(journal)
        self.slots: Table[str, int] = Table(journal)  # schedule → latest slot struck
        self.claims: Table[EffectKey, ClaimRow] = Table(journal)

    def count(self, counter: Counter, subject: UUID, by: int) -> int:
        """Move a counter and give where it stands then."""
        stands = self.counted(counter, subject) + by
        self.counters[counter, subject] = stands
        return stands

    def counted(self, counter: Counter, subject: UUID) -> int:
        """Give where a counter stands."""
        return self.counters.get((counter, subject), 0)
