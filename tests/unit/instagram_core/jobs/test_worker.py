"""Workers side by side: leases, waking and renewing."""

import asyncio
from collections.abc import Awaitable, Callable, Collection

import pytest

from instagram_core.jobs.handlers import Handler
from instagram_core.jobs.model import Job
from instagram_core.jobs.service import Worker
from instagram_core.memory.jobs import InMemoryJobQueue
from tests.unit.instagram_core.jobs.ringing import (
    ALL,
    Blocked,
    Dragged,
    Forgetful,
    Log,
    Rang,
    Ringer,
    Running,
    living,
    until,
    worker_of,
)
from tests.unit.instagram_core.world import World


@pytest.fixture
def log() -> Log:
    """Give an observer."""
    return Log()


async def test_two_workers_never_run_one_job_at_once(world: World, log: Log) -> None:
    """Each job is run once, by one of them."""
    running: set[int] = set()
    ran: list[int] = []

    async def handle(event: Rang) -> None:
        assert event.number not in running
        running.add(event.number)
        await asyncio.sleep(0)
        running.remove(event.number)
        ran.append(event.number)

    await world.family.outbox.add(*(Rang(number=number) for number in range(40)))
    workers = [worker_of(world, log, Handler(Rang, handle), concurrency=3) for _ in range(2)]

    done = await asyncio.gather(*(worker.run_until_idle() for worker in workers))

    assert sum(done) == 40
    assert all(done)
    assert sorted(ran) == list(range(40))


async def test_a_job_of_a_killed_worker_comes_back_when_its_lease_ran_out(
    world: World, log: Log
) -> None:
    """Not before, and without an attempt counted."""
    ringer = Ringer()
    await world.family.outbox.add(Rang())
    await world.family.jobs.lease(ALL, 1, Worker.LEASE_SECONDS)
    worker = worker_of(world, log, ringer.handler)

    assert await worker.run_until_idle() == 0
    world.clock.advance(Worker.LEASE_SECONDS)
    assert await worker.run_until_idle() == 1

    assert await living(world) == []


async def test_as_many_handlers_run_at_once_as_were_asked_for(world: World, log: Log) -> None:
    """No more are leased than can be run: others may have them."""
    blocked = Blocked()
    await world.family.outbox.add(*(Rang(number=number) for number in range(5)))
    running = Running(worker_of(world, log, Handler(Rang, blocked.handle), concurrency=2))

    await until(lambda: len(blocked.entered) == 2)
    free = await world.family.jobs.lease(ALL, 10, 60)
    blocked.may_go.set()
    await running.stop()

    assert len(free) == 3
    assert len(blocked.left) == 2


async def test_a_worker_goes_on_as_soon_as_a_handler_ends(world: World, log: Log) -> None:
    """It does not wait for the others of the batch."""
    slow = Blocked()
    ringer = Ringer()
    await world.family.outbox.add(Dragged())
    await world.family.outbox.add(*(Rang(number=number) for number in range(5)))
    running = Running(worker_of(world, log, ringer.handler, Handler(Dragged, _hold(slow))))

    await until(lambda: len(ringer.handled) == 5)

    assert slow.left == []
    slow.may_go.set()
    await running.stop()


def _hold(blocked: Blocked) -> Callable[[Dragged], Awaitable[None]]:
    async def handle(_: Dragged) -> None:
        await blocked.handle(Rang(number=-1))

    return handle


async def test_a_busy_worker_looks_again_soon(
    world: World, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where one job was there is often another; nobody needs to wake it."""
    monkeypatch.setattr(Worker, "IDLE_SECONDS", 3600)
    monkeypatch.setattr(Worker, "BUSY_SECONDS", 0)
    slow, second = Blocked(), Slow(world)
    ringer = Ringer()

    async def ring() -> None:
        await world.family.outbox.add(Rang())

    await world.family.outbox.add(Dragged())
    second.meanwhile.append(ring)
    worker = worker_of(
        world.rebuilt(jobs=second), log, ringer.handler, Handler(Dragged, _hold(slow))
    )
    running = Running(worker)
    await until(lambda: len(ringer.handled) == 1)

    assert slow.left == []
    slow.may_go.set()
    await running.stop()


async def test_a_woken_worker_looks_at_once(
    world: World, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An idle one would look an hour later, here."""
    monkeypatch.setattr(Worker, "IDLE_SECONDS", 3600)
    ringer = Ringer()
    running = Running(worker_of(world, log, ringer.handler))
    for _ in range(20):
        await asyncio.sleep(0)

    await world.family.outbox.add(Rang())
    running.worker.wake()
    await until(lambda: len(ringer.handled) == 1)

    await running.stop()


async def test_a_worker_that_was_woken_goes_back_to_sleep(
    world: World, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One look for one call, not one after the other from then on."""
    monkeypatch.setattr(Worker, "IDLE_SECONDS", 3600)
    queue = Forgetful(world, "lease", times=0)
    running = Running(worker_of(world.rebuilt(jobs=queue), log))

    for _ in range(3):
        for _ in range(20):
            await asyncio.sleep(0)
        running.worker.wake()
    for _ in range(20):
        await asyncio.sleep(0)
    await running.stop()

    assert queue.calls == ["lease"] * 4


async def test_a_worker_that_has_its_hands_full_does_not_look(world: World, log: Log) -> None:
    """Neither when it is woken: what it cannot take it need not see."""
    queue = Forgetful(world, "lease", times=0)
    blocked = Blocked()
    await world.family.outbox.add(Rang())
    handler = Handler(Rang, blocked.handle)
    running = Running(worker_of(world.rebuilt(jobs=queue), log, handler, concurrency=1))
    await until(lambda: len(blocked.entered) == 1)

    for _ in range(20):
        running.worker.wake()
        await asyncio.sleep(0.002)
    looks = queue.calls.count("lease")
    blocked.may_go.set()
    await running.stop()

    assert looks == 1


class Slow(InMemoryJobQueue):
    """Answers what was there when it was asked, after somebody else did something."""

    def __init__(self, world: World) -> None:
        """Begin with nothing to do in between."""
        super().__init__(world.database)
        self.meanwhile: list[Callable[[], Awaitable[None]]] = []

    async def lease(self, queues: Collection[str], limit: int, seconds: float) -> tuple[Job, ...]:
        """Lease, and let the others in before the answer arrives."""
        jobs = await super().lease(queues, limit, seconds)
        if self.meanwhile:
            await self.meanwhile.pop()()
        return jobs


async def test_who_wakes_a_worker_while_it_looks_is_not_missed(
    world: World, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its look came too early for the job: it looks again at once."""
    monkeypatch.setattr(Worker, "IDLE_SECONDS", 3600)
    slow = Slow(world)
    ringer = Ringer()
    worker = worker_of(world.rebuilt(jobs=slow), log, ringer.handler)

    async def ring() -> None:
        await world.family.outbox.add(Rang())
        worker.wake()

    slow.meanwhile.append(ring)
    running = Running(worker)
    await until(lambda: len(ringer.handled) == 1)

    await running.stop()


async def test_leases_are_renewed_while_a_handler_runs(
    world: World, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A job that takes longer than a lease is not handed to anybody else."""
    monkeypatch.setattr(Worker, "LEASE_SECONDS", 0.03)
    queue = Forgetful(world, "renew")
    blocked = Blocked()
    await world.family.outbox.add(Rang())
    running = Running(worker_of(world.rebuilt(jobs=queue), log, Handler(Rang, blocked.handle)))
    await until(lambda: len(blocked.entered) == 1)

    for _ in range(5):
        seen = queue.calls.count("renew")
        await until(lambda seen=seen: queue.calls.count("renew") >= seen + 2)  # type: ignore[misc]
        world.clock.advance(0.025)
        assert await world.family.jobs.lease(ALL, 1, 60) == ()

    blocked.may_go.set()
    await running.stop()
    assert blocked.left == [0]


async def test_a_job_whose_lease_ran_out_while_it_runs_is_not_begun_again_beside_itself(
    world: World, log: Log
) -> None:
    """The store was away for longer than a lease: the same worker leases the job once more."""
    blocked = Blocked()
    await world.family.outbox.add(Rang())
    worker = worker_of(world, log, Handler(Rang, blocked.handle))
    running = Running(worker)
    await until(lambda: len(blocked.entered) == 1)

    world.clock.advance(Worker.LEASE_SECONDS + 1)
    worker.wake()
    for _ in range(20):
        await asyncio.sleep(0)
    blocked.may_go.set()
    await running.stop()

    assert (blocked.entered, log.outcomes) == ([0], [("done", "")])
    assert await living(world) == []


async def test_an_idle_worker_renews_nothing(
    world: World, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look a second is all that it costs the store."""
    monkeypatch.setattr(Worker, "LEASE_SECONDS", 0)
    queue = Forgetful(world, "renew", times=0)
    running = Running(worker_of(world.rebuilt(jobs=queue), log))

    for _ in range(50):
        await asyncio.sleep(0)
    await running.stop()

    assert "renew" not in queue.calls


class Clumsy(Log):
    """An observer that fails."""

    def started(self, job: Job) -> None:
        """Fail."""
        super().started(job)
        raise RuntimeError("clumsy")


async def test_an_observer_that_fails_costs_no_place(world: World) -> None:
    """The job is not run, its lease runs out, and the worker can go on with others."""
    clumsy = Clumsy()
    ringer = Ringer()
    worker = worker_of(world, clumsy, ringer.handler, concurrency=1)
    await world.family.outbox.add(Rang(), Rang())

    for _ in range(2):
        with pytest.raises(RuntimeError):
            await worker.run_until_idle()

    assert clumsy.begun == 2
    assert len(await living(world)) == 2
