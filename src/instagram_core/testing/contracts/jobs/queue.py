"""The contract of the queue: leases, retries, dead letters."""

import asyncio

from instagram_core.assembly.families import RelationalFamily
from instagram_core.jobs.model import JobId
from instagram_core.testing.capabilities import requires
from instagram_core.testing.contracts.jobs.bells import FAR, QUEUE, JobsContract, Rang, numbers
from instagram_core.testing.contracts.jobs.machine import JobMachine


class JobQueueContract(JobsContract):
    """What every `JobQueue` does."""

    machine = JobMachine

    async def touch(self, subject: RelationalFamily) -> object:
        """Lease from a queue that is empty."""
        return await subject.jobs.lease(["nothing"], 1, 1)

    async def test_an_empty_queue_gives_nothing(self, family: RelationalFamily) -> None:
        """Leasing does not wait for jobs."""
        assert await self.lease(family) == ()

    async def test_a_job_carries_its_event(self, family: RelationalFamily) -> None:
        """Kind, queue and payload are the event's; nothing went wrong yet."""
        await family.outbox.add(Rang(number=7))
        job = await self.lease_one(family)
        assert (job.queue, job.kind, dict(job.payload)) == (QUEUE, "contract_rang", {"number": 7})
        assert (job.attempts, job.error, job.failed_at) == (0, None, None)

    async def test_other_queues_are_left_alone(self, family: RelationalFamily) -> None:
        """Only the queues that were asked are leased from."""
        await self.ring(family, 1)
        assert await family.jobs.lease(["another", "third"], 10, 60) == ()
        assert len(await family.jobs.lease(["another", QUEUE], 10, 60)) == 1

    async def test_no_more_than_the_limit_is_leased(self, family: RelationalFamily) -> None:
        """The rest stays for others."""
        await self.ring(family, 5)
        first, second = await self.lease(family, 3), await self.lease(family, 3)
        assert (len(first), len(second)) == (3, 2)

    async def test_a_leased_job_is_not_leased_again(self, family: RelationalFamily) -> None:
        """While the lease lasts the job is one worker's."""
        await self.ring(family, 3)
        await self.lease(family)
        assert await self.lease(family) == ()

    async def test_concurrent_workers_share_no_job(self, family: RelationalFamily) -> None:
        """Ten workers at once lease each of thirty jobs once."""
        await self.ring(family, 30)
        batches = await asyncio.gather(*(self.lease(family, 4) for _ in range(10)))
        leased = sorted(number for batch in batches for number in numbers(batch))
        assert leased == sorted(set(leased)), "two workers hold one job"
        rest = numbers(await self.lease(family))
        assert list(range(30)) == sorted(leased + rest)

    @requires("clock")
    async def test_a_lease_ends_by_itself(self, family: RelationalFamily) -> None:
        """A worker that died gives its jobs back, and it costs them no attempt."""
        await self.ring(family, 1)
        await self.lease(family, seconds=10)
        await self.elapse(9.9)
        assert await self.lease(family) == (), "the lease lasts ten seconds"
        await self.elapse(0.2)
        assert (await self.lease_one(family)).attempts == 0

    @requires("clock")
    async def test_a_renewed_lease_lasts_from_now(self, family: RelationalFamily) -> None:
        """A long job is kept by whoever works on it."""
        await self.ring(family, 1)
        job = await self.lease_one(family)
        await self.elapse(50)
        await family.jobs.renew([job.id, JobId(self.ids.new())], 60)
        await self.elapse(59.9)
        assert await self.lease(family) == ()
        await self.elapse(0.2)
        assert (await self.lease_one(family)).id == job.id

    @requires("clock")
    async def test_renewing_leases_nothing(self, family: RelationalFamily) -> None:
        """What was given back, buried or finished stays so."""
        await self.ring(family, 3)
        given_back, buried, finished = await self.lease(family)
        await family.jobs.retry(given_back.id, error="busy", delay=0, counts=False)
        await family.jobs.bury(buried.id, error="broken")
        await family.jobs.finish([finished.id])
        await family.jobs.renew([given_back.id, buried.id, finished.id], 60)
        assert [given_back.id] == [job.id for job in await self.lease(family)]

    @requires("clock")
    async def test_the_oldest_due_comes_first(self, family: RelationalFamily) -> None:
        """Due is what counts, not recorded: a job put off stands behind a later one."""
        await self.ring(family, 1)
        job = await self.lease_one(family)
        await family.jobs.retry(job.id, error="busy", delay=10, counts=False)
        for number in (1, 2):
            await self.elapse(1)
            await family.outbox.add(Rang(number=number))
        await self.elapse(20)
        assert [numbers(await self.lease(family, 1))[0] for _ in range(3)] == [1, 2, 0]

    async def test_a_finished_job_is_gone(self, family: RelationalFamily) -> None:
        """Finishing again, or what never was, is passed over."""
        await self.ring(family, 2)
        first, second = await self.lease(family)
        await family.jobs.finish([first.id, JobId(self.ids.new())])
        await family.jobs.finish([first.id])
        await family.jobs.retry(second.id, error="again", delay=0, counts=False)
        assert [second.id] == [job.id for job in await self.lease(family)]

    @requires("clock")
    async def test_a_retry_waits_its_delay(self, family: RelationalFamily) -> None:
        """The lease is over at once, the job is due later."""
        await self.ring(family, 1)
        job = await self.lease_one(family)
        await family.jobs.retry(job.id, error="busy", delay=30, counts=True)
        await self.elapse(29.9)
        assert await self.lease(family) == ()
        await self.elapse(0.2)
        assert (await self.lease_one(family)).id == job.id

    async def test_a_retry_that_counts_adds_an_attempt(self, family: RelationalFamily) -> None:
        """And remembers what went wrong last."""
        await self.ring(family, 1)
        for attempts in range(3):
            job = await self.lease_one(family)
            assert attempts == job.attempts
            await family.jobs.retry(job.id, error=f"fault {attempts}", delay=0, counts=True)
        assert (await self.lease_one(family)).error == "fault 2"

    async def test_a_retry_that_does_not_count_adds_none(self, family: RelationalFamily) -> None:
        """A dependency that is down is no fault of the job."""
        await self.ring(family, 1)
        job = await self.lease_one(family)
        await family.jobs.retry(job.id, error="down", delay=0, counts=False)
        again = await self.lease_one(family)
        assert (again.attempts, again.error) == (0, "down")

    async def test_an_absent_job_is_passed_over(self, family: RelationalFamily) -> None:
        """Retrying or burying what is finished brings nothing back."""
        await self.ring(family, 1)
        job = await self.lease_one(family)
        await family.jobs.finish([job.id])
        await family.jobs.retry(job.id, error="late", delay=0, counts=True)
        await family.jobs.bury(job.id, error="late")
        assert await self.lease(family) == ()
        assert (await family.ledger.page(failed=True, after=None, limit=5)).items == ()

    @requires("clock")
    async def test_a_dead_letter_is_never_leased(self, family: RelationalFamily) -> None:
        """It stays visible with its error, the first one when it is buried twice."""
        await self.ring(family, 1)
        job = await self.lease_one(family)
        await family.jobs.bury(job.id, error="broken")
        await family.jobs.bury(job.id, error="broken")
        await self.elapse(FAR)
        assert await self.lease(family) == ()
        (letter,) = (await family.ledger.page(failed=True, after=None, limit=5)).items
        assert (job.id, "broken") == (letter.id, letter.error)
        assert letter.failed_at is not None

    @requires("reopen")
    async def test_jobs_outlive_a_process(self, family: RelationalFamily) -> None:
        """Another handle leases what this one recorded, and respects its leases."""
        await self.ring(family, 3)
        mine = await self.lease(family, 1)
        async with self.reopen() as other:
            assert {0, 1, 2} == set(numbers(mine)) | set(numbers(await self.lease(other)))
