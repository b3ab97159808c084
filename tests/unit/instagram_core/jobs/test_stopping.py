"""Workers that stop: what they began is finished or given back."""

import asyncio

import pytest

from instagram_core.jobs.handlers import Handler
from instagram_core.jobs.service import Worker
from instagram_core.kernel.errors import (
    ConflictError,
)
from tests.unit.instagram_core.jobs.ringing import (
    ALL,
    Blocked,
    Forgetful,
    Log,
    Rang,
    Running,
    dead_letters,
    living,
    until,
    worker_of,
)
from tests.unit.instagram_core.world import World


@pytest.fixture
def log() -> Log:
    """Give an observer."""
    return Log()


async def test_a_stopping_worker_finishes_what_it_began_and_takes_nothing_new(
    world: World, log: Log
) -> None:
    """Within its time of grace."""
    blocked = Blocked()
    await world.family.outbox.add(Rang(number=1))
    running = Running(worker_of(world, log, Handler(Rang, blocked.handle)))
    await until(lambda: blocked.entered == [1])

    stopping = asyncio.create_task(running.stop())
    for _ in range(20):
        await asyncio.sleep(0)
    await world.family.outbox.add(Rang(number=2))
    blocked.may_go.set()
    await stopping

    assert blocked.left == [1]
    assert [job.payload["number"] for job in await living(world)] == [2]


async def test_a_stopping_worker_gives_back_what_takes_too_long(
    world: World, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it at once; others may take it at once, and no attempt is counted."""
    monkeypatch.setattr(Worker, "GRACE_SECONDS", 0.01)
    blocked = Blocked()
    await world.family.outbox.add(*(Rang(number=number) for number in range(2)))
    running = Running(worker_of(world, log, Handler(Rang, blocked.handle)))
    await until(lambda: len(blocked.entered) == 2)

    await running.stop()

    jobs = await world.family.jobs.lease(ALL, 10, 60)
    assert [(job.attempts, job.error) for job in jobs] == [(0, "the worker stopped")] * 2
    assert blocked.left == []
    assert log.outcomes == [("returned", "")] * 2


async def test_a_worker_stops_although_the_queue_is_away(
    world: World, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it could not give back comes again when its lease has run out."""
    monkeypatch.setattr(Worker, "GRACE_SECONDS", 0.01)
    away = world.rebuilt(jobs=Forgetful(world, "retry"))
    blocked = Blocked()
    await world.family.outbox.add(Rang())
    running = Running(worker_of(away, log, Handler(Rang, blocked.handle)))
    await until(lambda: len(blocked.entered) == 1)

    await running.stop()

    assert await world.family.jobs.lease(ALL, 10, 60) == ()
    world.clock.advance(Worker.LEASE_SECONDS)
    assert len(await world.family.jobs.lease(ALL, 10, 60)) == 1


async def test_what_ends_in_the_moment_of_stopping_is_not_given_back(
    world: World, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A handler that finishes although it was cancelled has finished its job."""
    monkeypatch.setattr(Worker, "GRACE_SECONDS", 0.01)
    entered = asyncio.Event()

    async def stubborn(_: Rang) -> None:
        entered.set()
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            raise ConflictError from None

    await world.family.outbox.add(Rang())
    running = Running(worker_of(world, log, Handler(Rang, stubborn)))
    await entered.wait()

    await running.stop()

    assert await living(world) == []
    assert len(await dead_letters(world)) == 1


async def test_a_cancelled_worker_gives_its_jobs_back_too(
    world: World, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And leaves no task behind."""
    monkeypatch.setattr(Worker, "GRACE_SECONDS", 0.01)
    blocked = Blocked()
    await world.family.outbox.add(Rang())
    running = Running(worker_of(world, log, Handler(Rang, blocked.handle)))
    await until(lambda: len(blocked.entered) == 1)

    running.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running.task
    await asyncio.sleep(0)

    assert len(await world.family.jobs.lease(ALL, 10, 60)) == 1
    assert asyncio.all_tasks() == {asyncio.current_task()}
