"""Schedules: each period strikes once, however many processes look."""

import asyncio

import pytest

from instagram_core.jobs.policy import DAY, HOUR, Period
from instagram_core.jobs.service import Scheduled, Scheduler
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.kernel.events import Event
from instagram_core.media.events import MediaSweepDue
from instagram_core.memory.jobs import InMemorySchedule
from tests.unit.instagram_core.world import World

HOURLY = Scheduled(Period(name="hourly", seconds=HOUR), MediaSweepDue())
DAILY = Scheduled(Period(name="daily", seconds=DAY), MediaSweepDue())


def scheduler(world: World, *entries: Scheduled) -> Scheduler:
    """Give a scheduler as each process has one."""
    return Scheduler(
        schedule=world.family.schedule, entries=entries or (HOURLY,), clock=world.clock
    )


async def test_a_period_strikes_once(world: World) -> None:
    """Also when the process looks often."""
    one = scheduler(world)

    struck = [await one.look() for _ in range(5)]

    assert struck == [1, 0, 0, 0, 0]
    assert len(await world.scene.events("media_sweep_due")) == 1


async def test_the_next_period_strikes_when_it_begins(world: World) -> None:
    """On the hour: the clock of the tests begins at twelve."""
    one = scheduler(world)
    await one.look()

    struck = []
    for seconds in (HOUR - 1, 1, HOUR - 1, 1):
        world.clock.advance(seconds)
        struck.append(await one.look())

    assert struck == [0, 1, 0, 1]


async def test_several_processes_strike_once_between_them(world: World) -> None:
    """Period after period, whoever looks first."""
    processes = [scheduler(world) for _ in range(3)]

    for _ in range(4):
        struck = await asyncio.gather(*(each.look() for each in processes))
        assert sum(struck) == 1
        world.clock.advance(HOUR)

    assert len(await world.scene.events("media_sweep_due")) == 4


async def test_a_process_that_starts_again_does_not_strike_again(world: World) -> None:
    """What was struck is remembered by the store, not by the process."""
    await scheduler(world).look()

    assert await scheduler(world).look() == 0


async def test_periods_that_passed_while_nobody_ran_strike_once(world: World) -> None:
    """The present one is enough: the work is the same."""
    one = scheduler(world)
    await one.look()
    world.clock.advance(100 * HOUR)

    assert await one.look() == 1
    assert len(await world.scene.events("media_sweep_due")) == 2


async def test_a_clock_that_steps_back_strikes_nothing_twice(world: World) -> None:
    """Neither the period before nor this one again."""
    one = scheduler(world)
    await one.look()

    struck = []
    for seconds in (-HOUR, HOUR, -HOUR):
        world.clock.advance(seconds)
        struck.append(await one.look())

    assert struck == [0, 0, 0]


async def test_schedules_strike_apart(world: World) -> None:
    """Each has its own periods."""
    one = scheduler(world, HOURLY, DAILY)

    struck = [await one.look()]
    for _ in range(12):
        world.clock.advance(HOUR)
        struck.append(await one.look())

    assert struck == [2, *[1] * 11, 2]


class AwaySchedule(InMemorySchedule):
    """Cannot be reached at first."""

    def __init__(self, world: World, times: int) -> None:
        """Be away for `times` calls."""
        super().__init__(world.database)
        self.times = times

    async def strike(self, name: str, slot: int, event: Event) -> bool:
        """Strike, or be away."""
        if self.times > 0:
            self.times -= 1
            raise AdapterUnavailable
        return await super().strike(name, slot, event)


async def test_a_store_that_was_away_is_asked_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the next look; the strike is late, not lost. Then the scheduler stops when told to."""
    monkeypatch.setattr(Scheduler, "LOOK_SECONDS", 0.001)
    away = AwaySchedule(world, times=3)
    stop = asyncio.Event()
    one = Scheduler(schedule=away, entries=[HOURLY], clock=world.clock)

    running = asyncio.create_task(one.run(stop))
    found: list[object] = []
    while not found:
        await asyncio.sleep(0)
        found += await world.scene.events("media_sweep_due")
    stop.set()
    await running

    assert len(found) == 1
    assert away.times == 0


async def test_a_scheduler_that_is_stopped_does_not_wait_for_its_next_look(world: World) -> None:
    """Shutdown is quick, though it looks every few seconds only."""
    stop = asyncio.Event()
    running = asyncio.create_task(scheduler(world).run(stop))
    await asyncio.sleep(0)

    stop.set()
    async with asyncio.timeout(5):
        await running
