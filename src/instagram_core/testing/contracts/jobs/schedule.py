"""The contract of schedules: a slot is struck once."""

import asyncio
from contextlib import suppress

from instagram_core.assembly.families import RelationalFamily
from instagram_core.testing.contracts.jobs.bells import JobsContract, Rang, numbers
from instagram_core.testing.contracts.jobs.machine import JobMachine
from instagram_core.testing.relational import Rollback


class ScheduleContract(JobsContract):
    """What every `Schedule` does."""

    machine = JobMachine

    async def touch(self, subject: RelationalFamily) -> object:
        """Strike a slot that is over."""
        await subject.schedule.strike("touch", 1, Rang())
        return await subject.schedule.strike("touch", 0, Rang())

    async def test_a_slot_is_struck_once(self, family: RelationalFamily) -> None:
        """The second call is told so, and one job is there."""
        strikes = [await family.schedule.strike("hourly", 5, Rang(number=n)) for n in (1, 2)]
        assert strikes == [True, False]
        assert numbers(await self.lease(family)) == [1]

    async def test_slots_only_rise(self, family: RelationalFamily) -> None:
        """An earlier slot than the last is over; a later one is not."""
        strikes = [await family.schedule.strike("hourly", n, Rang(number=n)) for n in (5, 4, 6)]
        assert strikes == [True, False, True]
        assert sorted(numbers(await self.lease(family))) == [5, 6]

    async def test_schedules_are_apart(self, family: RelationalFamily) -> None:
        """Striking one leaves the others alone."""
        strikes = [await family.schedule.strike(name, 5, Rang()) for name in ("hourly", "daily")]
        assert strikes == [True, True]

    async def test_concurrent_schedulers_strike_once(self, family: RelationalFamily) -> None:
        """Of twenty at once one does it, also in the second slot."""
        for slot in (1, 2):
            strikes = await asyncio.gather(
                *(family.schedule.strike("hourly", slot, Rang(number=slot)) for _ in range(20))
            )
            assert strikes.count(True) == 1
        assert sorted(numbers(await self.lease(family))) == [1, 2]

    async def test_a_strike_that_is_rolled_back_is_free(self, family: RelationalFamily) -> None:
        """Slot and job are stored together or not at all."""
        with suppress(Rollback):
            async with family.transaction():
                await family.schedule.strike("hourly", 5, Rang())
                raise Rollback
        assert await self.lease(family) == ()
        assert await family.schedule.strike("hourly", 5, Rang())
