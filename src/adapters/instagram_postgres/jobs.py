"""Events on their way to handlers: outbox, queue, ledger and schedules over the table `jobs`."""

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from instagram_core.jobs.model import Job, JobId, QueueDepth
from instagram_core.jobs.ports import JobLedger, JobQueue, Schedule
from instagram_core.kernel.events import Event
from instagram_core.kernel.outbox import Outbox
from instagram_core.kernel.paging import Page, Position
from instagram_postgres.database import PostgresDatabase
from instagram_postgres.job_rows import INSERT_EVENT, INSERT_EVENTS, JobRows
from instagram_postgres.pages import older_than, page_of
from instagram_postgres.pool import Row

_COLUMNS: Final = """
    jobs.created_at, jobs.id, jobs.queue, jobs.kind, jobs.payload, jobs.attempts, jobs.error,
    jobs.failed_at
"""
# Queue by queue, so that a million jobs of one do not stand before the first of another.
_LEASE: Final = f"""
    WITH due AS (
        SELECT candidate.id
          FROM unnest(%(queues)s::text[]) AS asked (queue)
         CROSS JOIN LATERAL (
                SELECT id, run_at
                  FROM jobs
                 WHERE queue = asked.queue
                   AND failed_at IS NULL
                   AND run_at <= %(now)s
                   AND (leased_until IS NULL OR leased_until <= %(now)s)
                 ORDER BY run_at
                 LIMIT %(limit)s
                   FOR UPDATE SKIP LOCKED
               ) AS candidate
         ORDER BY candidate.run_at, candidate.id
         LIMIT %(limit)s
    ),
    leased AS (
        UPDATE jobs SET leased_until = %(until)s FROM due WHERE jobs.id = due.id
        RETURNING {_COLUMNS}, jobs.run_at
    )
    SELECT * FROM leased ORDER BY run_at, id
"""
_RENEW: Final = """
    UPDATE jobs SET leased_until = %(until)s
     WHERE id = ANY(%(ids)s) AND failed_at IS NULL AND leased_until > %(now)s
"""
_FINISH: Final = "DELETE FROM jobs WHERE id = ANY(%(ids)s)"
_RETRY: Final = """
    UPDATE jobs
       SET attempts = attempts + %(counts)s, run_at = %(run_at)s, leased_until = NULL,
           error = %(error)s
     WHERE id = %(id)s AND failed_at IS NULL
"""
_BURY: Final = """
    UPDATE jobs
       SET failed_at = %(now)s, leased_until = NULL, error = %(error)s
     WHERE id = %(id)s AND failed_at IS NULL
"""
_FAILED: Final = f"""
    SELECT {_COLUMNS}
      FROM jobs
     WHERE failed_at IS NOT NULL AND (created_at, id) < (%(before_at)s, %(before_id)s)
     ORDER BY created_at DESC, id DESC
     LIMIT %(rows)s
"""
_LIVING: Final = f"""
    SELECT {_COLUMNS}
      FROM jobs
     WHERE failed_at IS NULL AND (created_at, id) < (%(before_at)s, %(before_id)s)
     ORDER BY created_at DESC, id DESC
     LIMIT %(rows)s
"""
_REQUEUE: Final = """
    UPDATE jobs
       SET failed_at = NULL, attempts = 0, run_at = %(now)s
     WHERE failed_at IS NOT NULL AND (%(ids)s::uuid[] IS NULL OR id = ANY(%(ids)s))
    RETURNING 1
"""
_DISCARD: Final = """
    DELETE FROM jobs
     WHERE failed_at IS NOT NULL AND (%(ids)s::uuid[] IS NULL OR id = ANY(%(ids)s))
    RETURNING 1
"""
_DEPTH: Final = """
    SELECT queue,
           count(*) FILTER (WHERE state = 'ready'),
           count(*) FILTER (WHERE state = 'delayed'),
           count(*) FILTER (WHERE state = 'leased'),
           count(*) FILTER (WHERE state = 'failed'),
           min(run_at) FILTER (WHERE state = 'ready')
      FROM (SELECT queue, run_at,
                   CASE WHEN failed_at IS NOT NULL THEN 'failed'
                        WHEN leased_until > %(now)s THEN 'leased'
                        WHEN run_at > %(now)s THEN 'delayed'
                        ELSE 'ready'
                   END AS state
              FROM jobs) AS job
     GROUP BY queue
     ORDER BY queue COLLATE "C"
"""
_ADMIT: Final = """
    INSERT INTO jobs (id, queue, kind, payload, attempts, run_at, error, failed_at, created_at)
    SELECT id, queue, kind, payload, attempts, failed_at, error, failed_at, created_at
      FROM unnest(%(ids)s::uuid[], %(queues)s::text[], %(kinds)s::text[], %(payloads)s::jsonb[],
                  %(attempts)s::int[], %(errors)s::text[], %(failed_at)s::bigint[],
                  %(created_at)s::bigint[])
           AS letter (id, queue, kind, payload, attempts, error, failed_at, created_at)
        ON CONFLICT (id) DO NOTHING
"""
_STRIKE: Final = f"""
    WITH struck AS (
        INSERT INTO schedules AS schedule (name, slot) VALUES (%(name)s, %(slot)s)
            ON CONFLICT (name) DO UPDATE SET slot = excluded.slot
         WHERE schedule.slot < excluded.slot
        RETURNING 1
    ),
    announced AS ({INSERT_EVENT} WHERE EXISTS (SELECT FROM struck))
    SELECT 1 FROM struck
"""


class PostgresOutbox(Outbox):
    """Records events as rows of `jobs`."""

    def __init__(self, database: PostgresDatabase, job_rows: JobRows) -> None:
        """Record them in `database`."""
        self._database = database
        self._job_rows = job_rows

    async def add(self, *events: Event) -> None:
        """Record `events`, in one round trip."""
        await self._database.execute(INSERT_EVENTS, self._job_rows.many(events))


class PostgresJobQueue(JobQueue):
    """Hands rows of `jobs` to workers; the time is the clock's, which processes must share."""

    def __init__(self, database: PostgresDatabase, job_rows: JobRows) -> None:
        """Hand out those of `database`."""
        self._database = database
        self._job_rows = job_rows

    async def lease(self, queues: Collection[str], limit: int, seconds: float) -> tuple[Job, ...]:
        """Take due jobs, passing over those that another worker is just taking."""
        now = self._job_rows.now()
        until = now + round(seconds * 1000)
        # No queue twice: its rows would be locked, and counted, twice.
        asked = {"queues": list(dict.fromkeys(queues)), "limit": limit, "now": now, "until": until}
        return tuple(_job(row) for row in await self._database.fetch(_LEASE, asked))

    async def renew(self, jobs: Iterable[JobId], seconds: float) -> None:
        """Let leases that still hold run anew."""
        now = self._job_rows.now()
        parameters = {"ids": list(jobs), "now": now, "until": now + round(seconds * 1000)}
        await self._database.execute(_RENEW, parameters, repeatable=True)

    async def finish(self, jobs: Iterable[JobId]) -> None:
        """Remove jobs that are done."""
        await self._database.execute(_FINISH, {"ids": list(jobs)}, repeatable=True)

    async def retry(self, job: JobId, *, error: str, delay: float, counts: bool) -> None:
        """Give a job back; a dead letter stays one."""
        run_at = self._job_rows.now() + round(delay * 1000)
        parameters = {"id": job, "error": _storable(error), "run_at": run_at, "counts": int(counts)}
        await self._database.execute(_RETRY, parameters)

    async def bury(self, job: JobId, *, error: str) -> None:
        """Make a job a dead letter."""
        parameters = {"id": job, "error": _storable(error), "now": self._job_rows.now()}
        await self._database.execute(_BURY, parameters, repeatable=True)


class PostgresJobLedger(JobLedger):
    """Shows and mends rows of `jobs`."""

    def __init__(self, database: PostgresDatabase, job_rows: JobRows) -> None:
        """Show those of `database`."""
        self._database = database
        self._job_rows = job_rows

    async def page(self, *, failed: bool, after: Position | None, limit: int) -> Page[Job]:
        """Give dead letters or living jobs."""
        sql = _FAILED if failed else _LIVING
        rows = await self._database.fetch(sql, older_than(after, limit), repeatable=True)
        return page_of(rows, limit, _job)

    async def requeue(self, jobs: Collection[JobId] | None) -> int:
        """Put dead letters back; what went wrong last stays visible."""
        parameters = {"ids": None if jobs is None else list(jobs), "now": self._job_rows.now()}
        return len(await self._database.fetch(_REQUEUE, parameters))

    async def discard(self, jobs: Collection[JobId] | None) -> int:
        """Remove dead letters."""
        parameters = {"ids": None if jobs is None else list(jobs)}
        return len(await self._database.fetch(_DISCARD, parameters))

    async def depth(self) -> tuple[QueueDepth, ...]:
        """Count each queue."""
        now = {"now": self._job_rows.now()}
        return tuple(
            QueueDepth(
                queue=queue,
                ready=ready,
                delayed=delayed,
                leased=leased,
                failed=failed,
                oldest_ready_at=oldest,
            )
            for queue, ready, delayed, leased, failed, oldest in await self._database.fetch(
                _DEPTH, now, repeatable=True
            )
        )

    async def admit(self, letters: Sequence[Job]) -> None:
        """Insert dead letters that are not here yet."""
        parameters = {
            "ids": [letter.id for letter in letters],
            "queues": [letter.queue for letter in letters],
            "kinds": [letter.kind for letter in letters],
            "payloads": [json.dumps(dict(letter.payload)) for letter in letters],
            "attempts": [letter.attempts for letter in letters],
            "errors": [letter.error and _storable(letter.error) for letter in letters],
            "failed_at": [letter.failed_at for letter in letters],
            "created_at": [letter.created_at for letter in letters],
        }
        await self._database.execute(_ADMIT, parameters, repeatable=True)


class PostgresSchedule(Schedule):
    """Strikes schedules; `schedules` holds the latest slot of each."""

    def __init__(self, database: PostgresDatabase, job_rows: JobRows) -> None:
        """Remember slots, and record events, in `database`."""
        self._database = database
        self._job_rows = job_rows

    async def strike(self, name: str, slot: int, event: Event) -> bool:
        """Record `event` for a slot that is later than all struck before."""
        parameters = {"name": name, "slot": slot, **self._job_rows.one(event)}
        return await self._database.fetch_one(_STRIKE, parameters) is not None


def _job(row: Row) -> Job:
    return Job(
        created_at=row[0],
        id=JobId(row[1]),
        queue=row[2],
        kind=row[3],
        payload=row[4],
        attempts=row[5],
        error=row[6],
        failed_at=row[7],
    )


def _storable(error: str) -> str:
    # What went wrong may quote anything; PostgreSQL stores neither NUL nor lone surrogates.
    return error.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()
