"""Wrong brokers."""

from collections.abc import Collection, Sequence
from typing import Any

import attrs

from instagram_core.jobs.model import Job, JobId, QueueDepth
from instagram_core.kernel.ids import UuidV7Generator
from instagram_core.memory.database import Database
from instagram_core.memory.jobs import InMemoryJobBroker, InMemoryJobQueue
from instagram_core.testing.contracts.jobs import Carrying, JobBrokerContract
from tests.unit.instagram_core.testing.mutants.harness import Around, Mutants


def _carrying(case: Any) -> Carrying:
    database = Database(case.clock, UuidV7Generator(case.clock))
    return Carrying(InMemoryJobBroker(database), InMemoryJobQueue(database))


brokers = Mutants(JobBrokerContract, right=_carrying, parts={"patience": 0.05})


class _AroundBroker(Around):
    """A broker, wrong in a part; the queue is right."""

    def __init__(self, right: Carrying) -> None:
        super().__init__(right.broker)
        self.queue = right.queue
        self.broker = self


@brokers.caught_by("test_what_is_published_is_handed_out_as_it_was")
class BrokerForgetsAttempts(_AroundBroker):
    """Lets a job fail for ever."""

    async def publish(self, jobs: Sequence[Job]) -> None:
        await self.right.publish([attrs.evolve(job, attempts=0) for job in jobs])


@brokers.caught_by("test_what_is_published_is_handed_out_as_it_was")
class BrokerLosesTheLast(_AroundBroker):
    """Confirms what it has not."""

    async def publish(self, jobs: Sequence[Job]) -> None:
        await self.right.publish(jobs[:4])


@brokers.caught_by("test_every_job_goes_to_its_queue")
class BrokerKnowsOneQueue(_AroundBroker):
    """Sends a batch to the queue of its first."""

    async def publish(self, jobs: Sequence[Job]) -> None:
        await self.right.publish([attrs.evolve(job, queue=jobs[0].queue) for job in jobs])


@brokers.caught_by("test_dead_letters_stay_until_they_are_forgotten")
class BrokerForgetsUnasked(_AroundBroker):
    """Loses dead letters when the relay dies before the table has them."""

    async def dead_letters(self, limit: int) -> tuple[Job, ...]:
        letters: tuple[Job, ...] = await self.right.dead_letters(limit)
        await self.right.forget([letter.id for letter in letters])
        return letters


@brokers.caught_by("test_dead_letters_stay_until_they_are_forgotten")
class BrokerForgetsAll(_AroundBroker):
    """Removes more than it was told."""

    async def forget(self, letters: Collection[JobId]) -> None:
        found = await self.right.dead_letters(100)
        await self.right.forget([letter.id for letter in found])


@brokers.caught_by("test_no_more_dead_letters_than_asked_are_given")
class BrokerGivesAllLetters(_AroundBroker):
    """Fills the memory of the relay."""

    async def dead_letters(self, limit: int) -> tuple[Job, ...]:
        letters: tuple[Job, ...] = await self.right.dead_letters(limit + 10)
        return letters


@brokers.caught_by("test_depth_counts_what_waits")
class BrokerCountsOneQueue(_AroundBroker):
    """Hides a backlog."""

    async def depth(self) -> tuple[QueueDepth, ...]:
        found: tuple[QueueDepth, ...] = await self.right.depth()
        return found[:1]
