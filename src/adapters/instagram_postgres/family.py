"""The relational family, over one database."""

from instagram_core.assembly.families import RelationalFamily
from instagram_core.kernel.clock import Clock
from instagram_core.kernel.ids import IdGenerator
from instagram_postgres.accounts import (
    PostgresAccountReader,
    PostgresProfileCounter,
    PostgresUserRepository,
)
from instagram_postgres.counters import PostgresCounterRepair
from instagram_postgres.database import PostgresDatabase
from instagram_postgres.erasure import PostgresAccountEraser
from instagram_postgres.feed import (
    PostgresAffinities,
    PostgresAuthorDelivery,
    PostgresFollowedPosts,
    PostgresHashtagPosts,
)
from instagram_postgres.graph.blocks import PostgresBlockRepository
from instagram_postgres.graph.follows import PostgresFollowRepository
from instagram_postgres.graph.lists import PostgresFollowerReader, PostgresFollowLists
from instagram_postgres.graph.personal import PostgresPersonalListRepository
from instagram_postgres.idempotency import PostgresIdempotencyStore, PostgresIdempotencySweeper
from instagram_postgres.job_rows import JobRows
from instagram_postgres.jobs import (
    PostgresJobLedger,
    PostgresJobQueue,
    PostgresOutbox,
    PostgresSchedule,
)
from instagram_postgres.likes import PostgresLikeRepository
from instagram_postgres.media import (
    PostgresAvatarRepository,
    PostgresMediaRightsReader,
    PostgresMediaUsage,
)
from instagram_postgres.posts.processing import PostgresPostProcessing
from instagram_postgres.posts.repository import PostgresPostRepository
from instagram_postgres.posts.states import PostgresViewerState
from instagram_postgres.sessions import PostgresSessionStore, PostgresSessionSweeper
from instagram_postgres.transaction import PostgresTransaction
from instagram_postgres.visibility import PostgresSightReader


def postgres_family(database: PostgresDatabase, clock: Clock, ids: IdGenerator) -> RelationalFamily:
    """Give every port of the family; events get their ids from `ids`, moments from `clock`."""
    jobs = JobRows(clock, ids)
    posts = PostgresPostRepository(database, jobs)
    avatars = PostgresAvatarRepository(database, jobs)
    return RelationalFamily(
        transaction=PostgresTransaction(database),
        outbox=PostgresOutbox(database, jobs),
        counters=PostgresCounterRepair(database),
        idempotency=PostgresIdempotencyStore(database, clock),
        idempotency_sweeper=PostgresIdempotencySweeper(database, clock),
        jobs=PostgresJobQueue(database, jobs),
        ledger=PostgresJobLedger(database, jobs),
        schedule=PostgresSchedule(database, jobs),
        users=PostgresUserRepository(database, jobs),
        accounts=PostgresAccountReader(database),
        profiles=PostgresProfileCounter(database),
        sessions=PostgresSessionStore(database),
        session_sweeper=PostgresSessionSweeper(database),
        eraser=PostgresAccountEraser(database, posts, avatars),
        follows=PostgresFollowRepository(database, jobs),
        follow_lists=PostgresFollowLists(database),
        followers=PostgresFollowerReader(database),
        blocks=PostgresBlockRepository(database, jobs),
        personal_lists=PostgresPersonalListRepository(database, jobs),
        sights=PostgresSightReader(database),
        avatars=avatars,
        media_usage=PostgresMediaUsage(database),
        media_rights=PostgresMediaRightsReader(database),
        posts=posts,
        processing=PostgresPostProcessing(database, jobs),
        states=PostgresViewerState(database),
        likes=PostgresLikeRepository(database, jobs),
        followed_posts=PostgresFollowedPosts(database),
        hashtag_posts=PostgresHashtagPosts(database),
        delivery=PostgresAuthorDelivery(database, jobs),
        affinities=PostgresAffinities(database),
    )
