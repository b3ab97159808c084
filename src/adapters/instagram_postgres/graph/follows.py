"""Follows and requests: each change is one call of a function of migration 0002."""

from typing import Final

from instagram_core.accounts.errors import UserNotFound
from instagram_core.accounts.model import UserId
from instagram_core.graph.errors import FollowBlockedError
from instagram_core.graph.events import Followed, FollowRequested, Unfollowed
from instagram_core.graph.model import FollowOutcome, FollowStatus
from instagram_core.graph.ports import FollowRepository
from instagram_postgres.database import PostgresDatabase
from instagram_postgres.job_rows import INSERT_EVENT, INSERT_EVENTS, JobRows

_FOLLOW: Final = f"""
    WITH outcome AS (
        SELECT status, changed
          FROM enter_as(%(follower)s) AS may_act
         CROSS JOIN LATERAL follow_user(
               CASE WHEN may_act THEN %(follower)s::uuid END, %(followee)s, %(at)s)
         WHERE may_act
    ),
    announced AS (
        {INSERT_EVENTS}
         WHERE kind = (SELECT CASE status WHEN 'following' THEN %(followed)s
                                          WHEN 'requested' THEN %(requested)s END
                         FROM outcome WHERE changed)
    )
    SELECT status, changed FROM outcome
"""
_UNFOLLOW: Final = f"""
    WITH outcome AS (
        SELECT changed, ended FROM unfollow_user(%(follower)s, %(followee)s)
    ),
    announced AS (
        {INSERT_EVENT} WHERE EXISTS (SELECT FROM outcome WHERE ended)
    )
    SELECT changed FROM outcome
"""
_ACCEPT: Final = f"""
    WITH outcome AS (
        SELECT accept_follow(%(follower)s, %(followee)s, %(at)s) AS accepted
    ),
    announced AS (
        {INSERT_EVENT} WHERE EXISTS (SELECT FROM outcome WHERE accepted)
    )
    SELECT accepted FROM outcome
"""
_DECLINE: Final = """
    DELETE FROM follow_requests
     WHERE followee_id = %(followee)s AND follower_id = %(follower)s
    RETURNING true
"""
_ACCEPT_ALL: Final = """
    WITH accepted AS (
        SELECT follower_id FROM accept_follows(%(followee)s, %(at)s) AS follower_id
    ),
    announced AS (
        INSERT INTO jobs (id, queue, kind, payload, run_at, created_at)
        SELECT gen_random_uuid(), %(queue)s, %(kind)s,
               jsonb_build_object('follower_id', follower_id, 'followee_id', %(followee)s::uuid),
               %(now)s, %(now)s
          FROM accepted
    )
    SELECT count(*) FROM accepted
"""


class PostgresFollowRepository(FollowRepository):
    """Keeps follows and requests; a pair of people is in one of the two at most."""

    def __init__(self, database: PostgresDatabase, job_rows: JobRows) -> None:
        """Keep them in `database`; `job_rows` makes the events that go with changes."""
        self._database = database
        self._job_rows = job_rows

    async def follow(
        self, followed: Followed, requested: FollowRequested, at: int
    ) -> FollowOutcome:
        """Follow a public account or ask a private one.

        A waiting request to an account that is public by now becomes a follow.
        """
        parameters = {
            "follower": followed.follower_id,
            "followee": followed.followee_id,
            "at": at,
            "followed": followed.kind,
            "requested": requested.kind,
            **self._job_rows.many((followed, requested)),
        }
        row = await self._database.fetch_one(_FOLLOW, parameters)
        if row is None or row[0] == "absent":
            raise self._database.refusal(UserNotFound())
        status, changed = row
        if status == "blocking":
            raise self._database.refusal(FollowBlockedError())
        return FollowOutcome(status=FollowStatus(status), changed=changed)

    async def unfollow(self, unfollowed: Unfollowed) -> FollowOutcome:
        """End a follow, which is announced, or withdraw a request, which is not."""
        parameters = {
            "follower": unfollowed.follower_id,
            "followee": unfollowed.followee_id,
            **self._job_rows.one(unfollowed),
        }
        ((changed,),) = await self._database.fetch(_UNFOLLOW, parameters)
        return FollowOutcome(status=FollowStatus.NONE, changed=changed)

    async def accept(self, followed: Followed, at: int) -> bool:
        """Turn a request into a follow."""
        parameters = {
            "follower": followed.follower_id,
            "followee": followed.followee_id,
            "at": at,
            **self._job_rows.one(followed),
        }
        ((accepted,),) = await self._database.fetch(_ACCEPT, parameters)
        return bool(accepted)

    async def decline(self, follower: UserId, followee: UserId) -> bool:
        """Remove a request."""
        parameters = {"follower": follower, "followee": followee}
        return bool(await self._database.fetch(_DECLINE, parameters))

    async def accept_all(self, followee: UserId, at: int) -> int:
        """Accept every waiting request."""
        parameters = {
            "followee": followee,
            "at": at,
            "queue": Followed.queue,
            "kind": Followed.kind,
            "now": self._job_rows.now(),
        }
        ((count,),) = await self._database.fetch(_ACCEPT_ALL, parameters)
        return int(count)
