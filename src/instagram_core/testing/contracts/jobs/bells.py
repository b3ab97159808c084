"""Events that mean nothing, and how the contracts of jobs make and lease them."""

from collections.abc import Sequence

import attrs

from instagram_core.assembly.families import RelationalFamily
from instagram_core.jobs.model import Job, JobId
from instagram_core.kernel.events import Event
from instagram_core.testing.relational import RelationalContract

QUEUE = "contract"
FAR = 3600.0


@attrs.frozen(kw_only=True)
class Rang(Event):
    """A bell rang, in a queue that no capability uses."""

    kind = "contract_rang"
    queue = QUEUE
    number: int = 0


class JobsContract(RelationalContract):
    """What the contracts of jobs share."""

    async def ring(self, family: RelationalFamily, count: int) -> None:
        """Record events numbered from 0."""
        for number in range(count):
            await family.outbox.add(Rang(number=number))

    async def lease(
        self, family: RelationalFamily, limit: int = 100, seconds: float = 60
    ) -> tuple[Job, ...]:
        """Lease from the contract's queue."""
        return await family.jobs.lease([QUEUE], limit, seconds)

    async def lease_one(self, family: RelationalFamily) -> Job:
        """Lease the only job that is due."""
        (job,) = await self.lease(family)
        return job

    async def dead(self, family: RelationalFamily, count: int) -> list[JobId]:
        """Make dead letters, a second apart where time can be moved, and give their ids."""
        found: list[JobId] = []
        for number in range(count):
            await self.ring(family, 1)
            (job,) = await self.lease(family)
            await family.jobs.bury(job.id, error=f"fault {number}")
            found.append(job.id)
            await self.elapse(1)
        return found


def numbers(jobs: Sequence[Job]) -> list[int]:
    """Give the numbers of the bells in jobs."""
    return [job.payload["number"] for job in jobs]
