"""The contract of what an operator sees and does to jobs."""

import attrs

from instagram_core.assembly.families import RelationalFamily
from instagram_core.jobs.model import Job, JobId, QueueDepth
from instagram_core.kernel.clock import to_milliseconds
from instagram_core.testing.contracts.jobs.bells import FAR, QUEUE, JobsContract, Rang, numbers
from instagram_core.testing.contracts.jobs.machine import JobMachine
from instagram_core.testing.paging import walk


class JobLedgerContract(JobsContract):
    """What every `JobLedger` does."""

    machine = JobMachine

    async def touch(self, subject: RelationalFamily) -> object:
        """Count the queues."""
        return await subject.ledger.depth()

    async def test_dead_letters_are_paged_newest_first(self, family: RelationalFamily) -> None:
        """Every one once, living jobs not among them."""
        dead = await self.dead(family, 5)
        await self.ring(family, 1)
        ledger = family.ledger
        found = await walk(lambda after, n: ledger.page(failed=True, after=after, limit=n))
        assert list(reversed(dead)) == [job.id for job in found]

    async def test_living_jobs_are_paged_apart(self, family: RelationalFamily) -> None:
        """Leased ones among them, dead letters not."""
        await self.dead(family, 1)
        await self.ring(family, 3)
        await self.lease(family, 1)
        ledger = family.ledger
        found = await walk(lambda after, n: ledger.page(failed=False, after=after, limit=n))
        assert sorted(numbers(found)) == [0, 1, 2]
        assert [job.failed_at for job in found] == [None] * 3

    async def test_a_requeued_job_starts_anew(self, family: RelationalFamily) -> None:
        """Due now, with no attempts."""
        await self.ring(family, 1)
        job = await self.lease_one(family)
        await family.jobs.retry(job.id, error="once", delay=0, counts=True)
        await self.lease_one(family)
        await family.jobs.bury(job.id, error="twice")
        assert await family.ledger.requeue([job.id]) == 1
        again = await self.lease_one(family)
        assert (job.id, 0, None) == (again.id, again.attempts, again.failed_at)

    async def test_requeue_takes_only_what_it_names(self, family: RelationalFamily) -> None:
        """Unknown ids and living jobs are passed over and not counted; None means all."""
        first, *_ = await self.dead(family, 3)
        await self.ring(family, 1)
        living = await self.lease_one(family)
        assert await family.ledger.requeue([first, living.id, JobId(self.ids.new())]) == 1
        assert [first] == [job.id for job in await self.lease(family)]
        assert await family.ledger.requeue(None) == 2

    async def test_discard_spares_living_jobs(self, family: RelationalFamily) -> None:
        """Dead letters named, or all, go for good."""
        first, *_ = await self.dead(family, 3)
        await self.ring(family, 1)
        living = await self.lease_one(family)
        assert await family.ledger.discard([first, living.id]) == 1
        assert await family.ledger.discard(None) == 2
        assert (await family.ledger.page(failed=True, after=None, limit=5)).items == ()
        assert len((await family.ledger.page(failed=False, after=None, limit=5)).items) == 1

    async def test_depth_counts_every_state(self, family: RelationalFamily) -> None:
        """Ready, delayed, leased and failed; nothing for a queue that holds nothing."""
        await self.dead(family, 1)
        await self.ring(family, 1)
        delayed = await self.lease_one(family)
        await family.jobs.retry(delayed.id, error="busy", delay=FAR, counts=False)
        await self.ring(family, 1)
        await self.lease_one(family)
        at = to_milliseconds(self.clock.now())
        await self.ring(family, 3)
        (depth,) = await family.ledger.depth()
        counts = (depth.ready, depth.delayed, depth.leased, depth.failed)
        assert (depth.queue, counts) == (QUEUE, (3, 1, 1, 1))
        assert depth.oldest_ready_at is not None
        if "clock" in self.capabilities:
            assert at == depth.oldest_ready_at

    async def test_depth_is_told_by_queue_in_order(self, family: RelationalFamily) -> None:
        """Each queue that holds anything, by name; a dead letter is no ready job."""
        await self.dead(family, 1)
        other = type("RangElsewhere", (Rang,), {"queue": "another"})
        await family.outbox.add(other())
        found = [(depth.queue, depth.ready, depth.failed) for depth in await family.ledger.depth()]
        assert found == [("another", 1, 0), (QUEUE, 0, 1)]
        assert await _oldest(family) == [True, False]

    async def test_dead_letters_of_a_broker_are_taken_in(self, family: RelationalFamily) -> None:
        """With all they say; to be put back like any other."""
        letter = self._letter("fault \0")
        await family.ledger.admit([letter, self._letter("other")])
        (found,) = await self._shown(family, letter.id)
        shown = (found.error or "").replace("\N{REPLACEMENT CHARACTER}", "\0")
        assert letter == attrs.evolve(found, error=shown)
        assert await self.lease(family) == ()
        assert await family.ledger.requeue([letter.id]) == 1
        again = await self.lease_one(family)
        assert (letter.id, dict(letter.payload), 0) == (
            again.id,
            dict(again.payload),
            again.attempts,
        )

    async def test_letters_are_taken_in_once(self, family: RelationalFamily) -> None:
        """One that is here already, alive or dead, stays as it is; none is no error."""
        await self.ring(family, 1)
        living = await self.lease_one(family)
        letter = self._letter("first")
        await family.ledger.admit([])
        await family.ledger.admit([letter])
        again = [attrs.evolve(each, error="second", failed_at=9) for each in (letter, living)]
        await family.ledger.admit(again)
        assert [each.error for each in await self._shown(family, letter.id)] == ["first"]
        await family.jobs.retry(living.id, error="busy", delay=0, counts=False)
        assert [living.id] == [job.id for job in await self.lease(family)]

    def _letter(self, error: str) -> Job:
        return Job(
            id=JobId(self.ids.new()),
            queue=QUEUE,
            kind=Rang.kind,
            payload={"number": 7},
            attempts=2,
            created_at=1_700_000_000_000,
            error=error,
            failed_at=1_700_000_001_000,
        )

    async def _shown(self, family: RelationalFamily, letter: JobId) -> list[Job]:
        page = await family.ledger.page(failed=True, after=None, limit=50)
        return [job for job in page.items if job.id == letter]


async def _oldest(family: RelationalFamily) -> list[bool]:
    found: tuple[QueueDepth, ...] = await family.ledger.depth()
    return [depth.oldest_ready_at is not None for depth in found]
