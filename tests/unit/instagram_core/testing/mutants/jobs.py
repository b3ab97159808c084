"""Wrong queues, ledgers and schedules."""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import attrs

from instagram_core.jobs.model import Job, JobId, QueueDepth
from instagram_core.kernel.events import Event
from instagram_core.kernel.paging import Page, Position
from instagram_core.testing.contracts.jobs import (
    JobLedgerContract,
    JobQueueContract,
    ScheduleContract,
)
from tests.unit.instagram_core.testing.mutants.harness import Around, Mutants, cut

queues = Mutants(JobQueueContract, "jobs")
ledgers = Mutants(JobLedgerContract, "ledger")
schedules = Mutants(ScheduleContract, "schedule")


@queues.caught_by("test_a_leased_job_is_not_leased_again")
class QueueForgetsLeases(Around):
    """Hands a job to whoever asks."""

    async def lease(self, *what: Any) -> tuple[Job, ...]:
        jobs: tuple[Job, ...] = await self.right.lease(*what)
        async with self.tables() as tables:
            for job in jobs:
                tables.jobs[job.id] = attrs.evolve(tables.jobs[job.id], leased_until=0)
        return jobs


@queues.caught_by("test_other_queues_are_left_alone")
class QueueMixesQueues(Around):
    """Leases from every queue."""

    async def lease(self, _: Collection[str], *what: Any) -> tuple[Job, ...]:
        jobs: tuple[Job, ...] = await self.right.lease(["contract", "default"], *what)
        return jobs


@queues.caught_by("test_a_lease_ends_by_itself")
class QueueLosesJobsOfTheDead(Around):
    """Leases for ever."""

    async def lease(self, queues: Collection[str], limit: int, _: float) -> tuple[Job, ...]:
        jobs: tuple[Job, ...] = await self.right.lease(queues, limit, 1e9)
        return jobs


@queues.caught_by("test_a_lease_ends_by_itself")
class QueueCountsLeases(Around):
    """Takes every lease for an attempt."""

    async def lease(self, *what: Any) -> tuple[Job, ...]:
        jobs: tuple[Job, ...] = await self.right.lease(*what)
        async with self.tables() as tables:
            for job in jobs:
                row = tables.jobs[job.id]
                tables.jobs[job.id] = attrs.evolve(row, attempts=row.attempts + 1)
        return jobs


@queues.caught_by("test_the_oldest_due_comes_first")
class QueueServesTheLastFirst(Around):
    """Gives what was recorded last, so that the oldest may wait for ever."""

    async def lease(self, queues: Collection[str], limit: int, seconds: float) -> tuple[Job, ...]:
        jobs: tuple[Job, ...] = await self.right.lease(queues, 1000, seconds)
        async with self.tables() as tables:
            for job in jobs[:-limit]:
                tables.jobs[job.id] = attrs.evolve(tables.jobs[job.id], leased_until=0)
        return jobs[-limit:][::-1]


@queues.caught_by("test_concurrent_workers_share_no_job")
class QueueRacesWithItself(Around):
    """Looks for jobs first and takes them later."""

    async def lease(self, queues: Collection[str], limit: int, seconds: float) -> tuple[Job, ...]:
        async with self.tables() as tables:
            now = self.right._database.now()
            due = [r for r in tables.jobs.values() if r.queue in queues and r.is_ready(now)]
        await asyncio.sleep(0)
        async with self.tables() as tables:
            for row in due[:limit]:
                until = now + round(seconds * 1000)
                tables.jobs[row.id] = attrs.evolve(row, leased_until=until)
        return tuple(row.job() for row in due[:limit])


@queues.caught_by("test_a_retry_waits_its_delay")
class QueueRetriesAtOnce(Around):
    """Overruns a dependency that is down."""

    async def retry(self, job: JobId, *, delay: float, **what: Any) -> None:
        await self.right.retry(job, delay=0, **what)


@queues.caught_by("test_a_retry_that_does_not_count_adds_none")
class QueueCountsEveryRetry(Around):
    """Uses up attempts while a dependency is down."""

    async def retry(self, job: JobId, *, counts: bool, **what: Any) -> None:
        await self.right.retry(job, counts=True, **what)


@queues.caught_by("test_a_dead_letter_is_never_leased")
class QueueThrowsDeadLettersAway(Around):
    """Buries for good."""

    async def bury(self, job: JobId, *, error: str) -> None:
        await self.right.finish([job])


@queues.caught_by("test_a_renewed_lease_lasts_from_now")
class QueueRenewsNothing(Around):
    """Lets a long job be taken away from its worker."""

    async def renew(self, jobs: Iterable[JobId], seconds: float) -> None:
        await self.right.renew([], seconds)


@queues.caught_by("test_renewing_leases_nothing")
class QueueRenewsWhatWasGivenBack(Around):
    """Leases again what nobody works on."""

    async def renew(self, jobs: Iterable[JobId], seconds: float) -> None:
        async with self.tables() as tables:
            for job in jobs:
                if (row := tables.jobs.get(job)) is not None:
                    tables.jobs[job] = attrs.evolve(row, leased_until=2**60)


@queues.caught_by("test_an_absent_job_is_passed_over")
class QueueRevivesFinishedJobs(Around):
    """Makes a job again when somebody gives it back late."""

    def __init__(self, right: Any) -> None:
        super().__init__(right)
        self.seen: dict[JobId, Any] = {}

    async def lease(self, *what: Any) -> tuple[Job, ...]:
        jobs: tuple[Job, ...] = await self.right.lease(*what)
        async with self.tables() as tables:
            self.seen.update({job.id: tables.jobs[job.id] for job in jobs})
        return jobs

    async def retry(self, job: JobId, **what: Any) -> None:
        async with self.tables() as tables:
            tables.jobs[job] = self.seen[job]
        await self.right.retry(job, **what)


class _Letters(Around):
    """Reads the ledger its own way."""

    async def rows(self, *, failed: bool) -> list[tuple[Position, Job]]:
        async with self.tables() as tables:
            return [
                (Position(row.created_at, row.id), row.job())
                for row in tables.jobs.values()
                if (row.failed_at is not None) is failed
            ]


@ledgers.caught_by("test_dead_letters_are_paged_newest_first")
class LedgerShowsLivingAmongTheDead(_Letters):
    """Lists everything."""

    async def page(self, *, failed: bool, after: Position | None, limit: int) -> Page[Job]:
        rows = await self.rows(failed=True) + await self.rows(failed=False)
        return cut(sorted(rows, key=lambda row: row[0])[::-1], after, limit, inclusive=False)


@ledgers.caught_by("test_dead_letters_are_paged_newest_first")
class LedgerHasInclusiveCursor(_Letters):
    """Repeats the last row of a page."""

    async def page(self, *, failed: bool, after: Position | None, limit: int) -> Page[Job]:
        rows = sorted(await self.rows(failed=failed), key=lambda row: row[0], reverse=True)
        return cut(rows, after, limit, inclusive=True)


@ledgers.caught_by("test_a_requeued_job_starts_anew")
class LedgerKeepsAttempts(Around):
    """Puts a job back that is buried again at its first fault."""

    async def requeue(self, jobs: Collection[JobId] | None) -> int:
        async with self.tables() as tables:
            attempts = {job: row.attempts for job, row in tables.jobs.items()}
        count: int = await self.right.requeue(jobs)
        async with self.tables() as tables:
            for job, row in list(tables.jobs.items()):
                tables.jobs[job] = attrs.evolve(row, attempts=attempts[job])
        return count


@ledgers.caught_by("test_requeue_takes_only_what_it_names")
class LedgerRequeuesAll(Around):
    """Puts back more than it was asked."""

    async def requeue(self, jobs: Collection[JobId] | None) -> int:
        count: int = await self.right.requeue(None)
        return count


@ledgers.caught_by("test_discard_spares_living_jobs")
class LedgerDiscardsLivingJobs(Around):
    """Removes work that was promised."""

    async def discard(self, jobs: Collection[JobId] | None) -> int:
        async with self.tables() as tables:
            for job in jobs or ():
                tables.jobs.pop(job, None)
        count: int = await self.right.discard(None)
        return count + len(jobs or ())


@ledgers.caught_by("test_depth_counts_every_state")
class LedgerTakesDelayedForReady(Around):
    """Counts everything that is not leased as ready."""

    async def depth(self) -> tuple[QueueDepth, ...]:
        found: tuple[QueueDepth, ...] = await self.right.depth()
        return tuple(attrs.evolve(d, ready=d.ready + d.delayed, delayed=0) for d in found)


@ledgers.caught_by("test_depth_is_told_by_queue_in_order")
class LedgerLosesQueuesWithoutLivingJobs(Around):
    """Hides dead letters of an idle queue."""

    async def depth(self) -> tuple[QueueDepth, ...]:
        found: tuple[QueueDepth, ...] = await self.right.depth()
        return tuple(depth for depth in found if depth.ready + depth.delayed + depth.leased)


@ledgers.caught_by("test_letters_are_taken_in_once")
class LedgerWritesOverWhatIsThere(Around):
    """Makes dead letters of living jobs."""

    async def admit(self, letters: Sequence[Job]) -> None:
        async with self.tables() as tables:
            for letter in letters:
                tables.jobs.pop(letter.id, None)
        await self.right.admit(letters)


@ledgers.caught_by("test_dead_letters_of_a_broker_are_taken_in")
class LedgerTakesLettersForJobs(Around):
    """Runs again what failed for good."""

    async def admit(self, letters: Sequence[Job]) -> None:
        await self.right.admit([attrs.evolve(letter, failed_at=None) for letter in letters])


@schedules.caught_by("test_a_slot_is_struck_once")
class ScheduleStrikesAgain(Around):
    """Forgets what it struck."""

    async def strike(self, name: str, slot: int, event: Event) -> bool:
        await self.record(event)
        return True


@schedules.caught_by("test_schedules_are_apart")
class ScheduleSharesSlots(Around):
    """Keeps one slot for all schedules."""

    async def strike(self, name: str, slot: int, event: Event) -> bool:
        return bool(await self.right.strike("all", slot, event))


@schedules.caught_by("test_slots_only_rise")
class ScheduleGoesBack(Around):
    """Strikes an earlier slot after a later one."""

    async def strike(self, name: str, slot: int, event: Event) -> bool:
        async with self.tables() as tables:
            if tables.slots.get(name) != slot:
                tables.slots.pop(name, None)
        return bool(await self.right.strike(name, slot, event))


@schedules.caught_by("test_concurrent_schedulers_strike_once")
class ScheduleRacesWithItself(Around):
    """Looks first and strikes later."""

    async def strike(self, name: str, slot: int, event: Event) -> bool:
        async with self.tables() as tables:
            is_struck = name in tables.slots and tables.slots[name] >= slot
        if is_struck:
            return False
        await asyncio.sleep(0)
        async with self.tables() as tables:
            tables.slots[name] = slot
        await self.record(event)
        return True


@schedules.caught_by("test_a_strike_that_is_rolled_back_is_free")
class ScheduleRemembersWhatWasRolledBack(Around):
    """Keeps slots outside the transaction, so a failed strike is never made up for."""

    def __init__(self, right: Any) -> None:
        super().__init__(right)
        self.slots: dict[str, int] = {}

    async def strike(self, name: str, slot: int, event: Event) -> bool:
        if self.slots.get(name, -1) >= slot:
            return False
        self.slots[name] = slot
        await self.record(event)
        return True


@schedules.caught_by("test_a_slot_is_struck_once")
class ScheduleForgetsTheJob(Around):
    """Remembers the slot and records nothing."""

    async def strike(self, name: str, slot: int, event: Event) -> bool:
        is_new = bool(await self.right.strike(name, slot, event))
        async with self.tables() as tables:
            tables.jobs.clear()
        return is_new
