"""Ports that share a transaction, held together: they are chosen as one."""

import attrs

from instagram_core.accounts.ports import (
    AccountEraser,
    AccountReader,
    ProfileCounter,
    SessionStore,
    Sweeper,
    UserRepository,
)
from instagram_core.feed.ports import (
    Affinities,
    AuthorDelivery,
    AuthorTimeline,
    FeedCache,
    FollowedPosts,
    HashtagPosts,
    TimelineStore,
)
from instagram_core.graph.ports import (
    BlockRepository,
    FollowerReader,
    FollowLists,
    FollowRepository,
    PersonalListRepository,
)
from instagram_core.idempotency.ports import IdempotencyStore, IdempotencySweeper
from instagram_core.jobs.ports import JobLedger, JobQueue, Schedule
from instagram_core.kernel.counters import CounterRepair
from instagram_core.kernel.outbox import Outbox
from instagram_core.kernel.transaction import Transaction
from instagram_core.likes.ports import LikeRepository
from instagram_core.media.ports import AvatarRepository, MediaRightsReader, MediaUsage
from instagram_core.posts.ports import PostProcessing, PostRepository, ViewerState
from instagram_core.visibility.ports import SightReader


@attrs.frozen(kw_only=True)
class RelationalFamily:
    """Every port of the relational family, over one store.

    What joins a transaction must come from the same store, so an adapter gives all of these.
    """

    transaction: Transaction
    outbox: Outbox
    counters: CounterRepair
    idempotency: IdempotencyStore
    idempotency_sweeper: IdempotencySweeper

    jobs: JobQueue
    ledger: JobLedger
    schedule: Schedule

    users: UserRepository
    accounts: AccountReader
    profiles: ProfileCounter
    sessions: SessionStore
    session_sweeper: Sweeper
    eraser: AccountEraser

    follows: FollowRepository
    follow_lists: FollowLists
    followers: FollowerReader
    blocks: BlockRepository
    personal_lists: PersonalListRepository
    sights: SightReader

    avatars: AvatarRepository
    media_usage: MediaUsage
    media_rights: MediaRightsReader

    posts: PostRepository
    processing: PostProcessing
    states: ViewerState
    likes: LikeRepository
    followed_posts: FollowedPosts
    hashtag_posts: HashtagPosts
    delivery: AuthorDelivery
    affinities: Affinities


@attrs.frozen(kw_only=True)
class TimelineFamily:
    """Stores that make reading feeds quick, on one server; losing them loses nothing."""

    timelines: TimelineStore
    authors: AuthorTimeline
    cache: FeedCache
