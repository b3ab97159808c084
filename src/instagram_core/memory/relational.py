"""The relational family, over one database in memory."""

from instagram_core.assembly.families import RelationalFamily
from instagram_core.memory.accounts import (
    InMemoryAccountReader,
    InMemoryProfileCounter,
    InMemoryUserRepository,
)
from instagram_core.memory.avatars import InMemoryAvatarRepository
from instagram_core.memory.counters import InMemoryCounterRepair
from instagram_core.memory.database import Database, InMemoryTransaction
from instagram_core.memory.erasure import InMemoryAccountEraser
from instagram_core.memory.feed import (
    InMemoryAffinities,
    InMemoryAuthorDelivery,
    InMemoryFollowedPosts,
    InMemoryHashtagPosts,
)
from instagram_core.memory.graph import (
    InMemoryBlockRepository,
    InMemoryFollowerReader,
    InMemoryFollowLists,
    InMemoryFollowRepository,
    InMemoryPersonalListRepository,
)
from instagram_core.memory.idempotency import InMemoryIdempotencyStore, InMemoryIdempotencySweeper
from instagram_core.memory.jobs import (
    InMemoryJobLedger,
    InMemoryJobQueue,
    InMemoryOutbox,
    InMemorySchedule,
)
from instagram_core.memory.likes import InMemoryLikeRepository
from instagram_core.memory.media_rows import InMemoryMediaRightsReader, InMemoryMediaUsage
from instagram_core.memory.posts import (
    InMemoryPostProcessing,
    InMemoryPostRepository,
    InMemoryViewerState,
)
from instagram_core.memory.sessions import InMemorySessionStore, InMemorySessionSweeper
from instagram_core.memory.visibility import InMemorySightReader


def in_memory_family(database: Database) -> RelationalFamily:
    """Give every port of the family; another call gives a second handle on the same rows."""
    return RelationalFamily(
        transaction=InMemoryTransaction(database),
        outbox=InMemoryOutbox(database),
        counters=InMemoryCounterRepair(database),
        idempotency=InMemoryIdempotencyStore(database),
        idempotency_sweeper=InMemoryIdempotencySweeper(database),
        jobs=InMemoryJobQueue(database),
        ledger=InMemoryJobLedger(database),
        schedule=InMemorySchedule(database),
        users=InMemoryUserRepository(database),
        accounts=InMemoryAccountReader(database),
        profiles=InMemoryProfileCounter(database),
        sessions=InMemorySessionStore(database),
        session_sweeper=InMemorySessionSweeper(database),
        eraser=InMemoryAccountEraser(database),
        follows=InMemoryFollowRepository(database),
        follow_lists=InMemoryFollowLists(database),
        followers=InMemoryFollowerReader(database),
        blocks=InMemoryBlockRepository(database),
        personal_lists=InMemoryPersonalListRepository(database),
        sights=InMemorySightReader(database),
        avatars=InMemoryAvatarRepository(database),
        media_usage=InMemoryMediaUsage(database),
        media_rights=InMemoryMediaRightsReader(database),
        posts=InMemoryPostRepository(database),
        processing=InMemoryPostProcessing(database),
        states=InMemoryViewerState(database),
        likes=InMemoryLikeRepository(database),
        followed_posts=InMemoryFollowedPosts(database),
        hashtag_posts=InMemoryHashtagPosts(database),
        delivery=InMemoryAuthorDelivery(database),
        affinities=InMemoryAffinities(database),
    )
