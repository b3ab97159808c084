"""The contract of what carries jobs from the table to the workers of all processes."""

import asyncio
from typing import ClassVar

import attrs

from instagram_core.jobs.model import Job, JobId
from instagram_core.jobs.ports import JobBroker, JobQueue
from instagram_core.testing.lifecycle import LifecycleContract

_MOMENT = 0.02
_MADE_AT = 1_700_000_000_000


@attrs.frozen
class Carrying:
    """A broker, and the queue by which workers get at what it has."""

    broker: JobBroker
    queue: JobQueue


class JobBrokerContract(LifecycleContract[Carrying]):
    """What every `JobBroker` does, together with its `JobQueue`."""

    patience: ClassVar[float] = 5.0
    """Seconds until what was published must have been handed out."""

    async def touch(self, subject: Carrying) -> object:
        """Ask the broker for an answer."""
        await subject.broker.reach()
        return await subject.broker.depth()

    def job(self, number: int = 0, queue: str = "contract", attempts: int = 0) -> Job:
        """Make a job with an id of its own."""
        return Job(
            id=JobId(self.ids.new()),
            queue=queue,
            kind="contract_rang",
            payload={"number": number, "text": "ä\N{SNOWMAN}", "none": None, "all": [1, "2"]},
            attempts=attempts,
            created_at=_MADE_AT + number,
        )

    async def taken(self, subject: Carrying, count: int, queue: str = "contract") -> list[Job]:
        """Lease until so many jobs came; fewer when the others do not come in time."""
        jobs: dict[JobId, Job] = {}
        until = asyncio.get_running_loop().time() + self.patience
        while len(jobs) < count and asyncio.get_running_loop().time() < until:
            leased = await subject.queue.lease([queue], count - len(jobs), 60)
            jobs.update((job.id, job) for job in leased)
            if not leased:
                await asyncio.sleep(_MOMENT)
        return sorted(jobs.values(), key=lambda job: job.created_at)

    async def buried(self, subject: Carrying, count: int) -> list[Job]:
        """Publish jobs, lease them, make dead letters of them, and give them as they were."""
        await subject.broker.publish([self.job(number) for number in range(count)])
        jobs = await self.taken(subject, count)
        for job in jobs:
            await subject.queue.bury(job.id, error=f"fault {job.payload['number']}")
        return jobs

    async def letters(self, subject: Carrying, count: int, limit: int = 100) -> list[Job]:
        """Read dead letters until there are so many."""
        until = asyncio.get_running_loop().time() + self.patience
        while True:
            found = await subject.broker.dead_letters(limit)
            if len(found) >= count or asyncio.get_running_loop().time() > until:
                return sorted(found, key=lambda job: job.created_at)
            await asyncio.sleep(_MOMENT)

    async def test_what_is_published_is_handed_out_as_it_was(self, subject: Carrying) -> None:
        """Every one, with id, kind, payload, attempts and time of recording."""
        jobs = [self.job(number, attempts=number) for number in range(5)]
        await subject.broker.publish(jobs)
        assert jobs == await self.taken(subject, 5)

    async def test_nothing_may_be_published(self, subject: Carrying) -> None:
        """An empty batch is no error, and no job."""
        await subject.broker.publish([])
        assert await subject.broker.depth() == ()

    async def test_every_job_goes_to_its_queue(self, subject: Carrying) -> None:
        """Also when one batch is for several, and when the queue is new."""
        mine, others = self.job(1), self.job(2, queue="another")
        await subject.broker.publish([others, mine])
        assert [mine] == await self.taken(subject, 1)
        assert [others] == await self.taken(subject, 1, queue="another")

    async def test_depth_counts_what_waits(self, subject: Carrying) -> None:
        """By queue, in order of name; a queue that holds nothing is not there."""
        jobs = [self.job(0, queue="another"), self.job(1), self.job(2)]
        await subject.broker.publish(jobs)
        found = [(depth.queue, depth.ready) for depth in await subject.broker.depth()]
        assert found == [("another", 1), ("contract", 2)]

    async def test_a_dead_letter_tells_what_went_wrong(self, subject: Carrying) -> None:
        """It is the job, with the error and the time of its end."""
        (job,) = await self.buried(subject, 1)
        (letter,) = await self.letters(subject, 1)
        assert (letter.failed_at or 0) > 0
        assert attrs.evolve(job, error="fault 0", failed_at=letter.failed_at) == letter

    async def test_dead_letters_stay_until_they_are_forgotten(self, subject: Carrying) -> None:
        """Reading removes nothing; forgetting removes what it names, and passes over the rest."""
        first, second, third = await self.buried(subject, 3)
        assert len(await self.letters(subject, 3)) == 3
        assert [first, second, third] == [_living(each) for each in await self.letters(subject, 3)]
        await subject.broker.forget([second.id, JobId(self.ids.new())])
        assert [first, third] == [_living(each) for each in await self.letters(subject, 2)]
        await subject.broker.forget([first.id, third.id])
        assert await subject.broker.dead_letters(10) == ()

    async def test_no_more_dead_letters_than_asked_are_given(self, subject: Carrying) -> None:
        """What was given and not forgotten is within the limit."""
        await self.buried(subject, 3)
        assert len(await self.letters(subject, 2, limit=2)) == 2
        assert len(await self.letters(subject, 2, limit=2)) == 2


def _living(letter: Job) -> Job:
    return attrs.evolve(letter, error=None, failed_at=None)
