"""The contract of the outbox: an event exists if and only if what caused it does."""

import asyncio
from contextlib import suppress
from typing import ClassVar
from uuid import UUID

import attrs
from hypothesis import strategies as st

from instagram_core.assembly.families import RelationalFamily
from instagram_core.kernel.events import Event
from instagram_core.testing.machine import move
from instagram_core.testing.relational import RelationalContract, RelationalMachine, Rollback


@attrs.frozen(kw_only=True)
class Told(Event):
    """Something with every kind of field happened."""

    kind = "contract_told"
    queue = "contract"
    number: int = 0
    text: str = ""
    is_true: bool = False
    who: UUID | None = None
    stems: tuple[str, ...] = ()


class OutboxMachine(RelationalMachine):
    """Events of transactions that commit and roll back."""

    queue: ClassVar[list[str]] = [Told.queue]

    async def prepare(self) -> None:
        """Take what other examples left."""
        await self.taken()

    @move(numbers=st.lists(st.integers(0, 9), max_size=3))
    async def add(self, numbers: list[int]) -> None:
        """Record events outside a transaction."""
        await self.subject.outbox.add(*(Told(number=number) for number in numbers))

    @move(numbers=st.lists(st.integers(0, 9), max_size=3), fails=st.booleans())
    async def transact(self, numbers: list[int], *, fails: bool) -> None:
        """Record them one by one in a transaction."""
        with suppress(Rollback):
            async with self.subject.transaction():
                for number in numbers:
                    await self.subject.outbox.add(Told(number=number))
                if fails:
                    raise Rollback

    @move()
    async def taken(self) -> object:
        """Take all events."""
        jobs = await self.subject.jobs.lease(self.queue, 1000, 60)
        await self.subject.jobs.finish([job.id for job in jobs])
        return sorted(job.payload["number"] for job in jobs)


class OutboxContract(RelationalContract):
    """What every `Outbox` does."""

    machine = OutboxMachine

    async def touch(self, subject: RelationalFamily) -> object:
        """Record an event."""
        await subject.outbox.add(Told())
        return None

    async def taken(self, family: RelationalFamily) -> list[Told]:
        """Take all events as they were recorded."""
        jobs = await family.jobs.lease([Told.queue], 100, 60)
        await family.jobs.finish([job.id for job in jobs])
        return [Told.from_payload(job.payload) for job in jobs]

    async def test_an_event_arrives_whole(self, family: RelationalFamily) -> None:
        """Every field as it was, in its queue and under its kind."""
        told = Told(
            number=2**60, text='é"\\🦊\n', is_true=True, who=self.ids.new(), stems=("a", "b")
        )
        await family.outbox.add(told, Told())
        (job, _) = await family.jobs.lease([Told.queue], 2, 0.001)
        assert (Told.kind, Told.queue) == (job.kind, job.queue)
        assert told == Told.from_payload(job.payload)

    async def test_every_event_is_recorded(self, family: RelationalFamily) -> None:
        """Equal ones too, by one call or by two; none by a call with none."""
        await family.outbox.add(Told(number=1), Told(number=1))
        await family.outbox.add(Told(number=1))
        await family.outbox.add()
        assert [Told(number=1)] * 3 == await self.taken(family)

    async def test_events_are_kept_with_their_transaction(self, family: RelationalFamily) -> None:
        """All of them, when it commits."""
        async with family.transaction():
            await family.outbox.add(Told(number=1))
            await family.outbox.add(Told(number=2))
        found = sorted(told.number for told in await self.taken(family))
        assert found == [1, 2]

    async def test_events_of_a_failure_never_happened(self, family: RelationalFamily) -> None:
        """Nobody is told of what was taken back."""
        with suppress(Rollback):
            async with family.transaction():
                await family.outbox.add(Told(number=1))
                raise Rollback
        assert await self.taken(family) == []

    async def test_no_worker_sees_an_event_too_early(self, family: RelationalFamily) -> None:
        """A worker that leases meanwhile waits, or finds nothing, when it is taken back."""
        recorded = asyncio.Event()

        async def fail() -> None:
            async with family.transaction():
                await family.outbox.add(Told(number=1))
                recorded.set()
                for _ in range(10):
                    await asyncio.sleep(0)
                raise Rollback

        async def work() -> list[Told]:
            await recorded.wait()
            return await self.taken(family)

        _, found = await asyncio.gather(fail(), work(), return_exceptions=True)
        assert found == []

    async def test_concurrent_calls_lose_nothing(self, family: RelationalFamily) -> None:
        """Every event of every task is there once."""
        await asyncio.gather(*(family.outbox.add(Told(number=number)) for number in range(50)))
        found = sorted(told.number for told in await self.taken(family))
        assert list(range(50)) == found
