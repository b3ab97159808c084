"""What becomes of a job, whoever is at fault."""

import attrs
import pytest

from instagram_core.jobs.errors import JobFault
from instagram_core.jobs.handlers import Handler
from instagram_core.jobs.service import Worker
from instagram_core.kernel.errors import (
    AdapterClosed,
    AdapterUnavailable,
    ConflictError,
    NotSupported,
)
from instagram_core.kernel.events import Event
from tests.unit.instagram_core.jobs.ringing import (
    ALL,
    Dragged,
    Forgetful,
    Log,
    Rang,
    Ringer,
    dead_letters,
    living,
    worker_of,
)
from tests.unit.instagram_core.world import World


@pytest.fixture
def log() -> Log:
    """Give an observer."""
    return Log()


async def test_a_handled_job_is_gone(world: World, log: Log) -> None:
    """The handler was given the event."""
    ringer = Ringer()
    await world.family.outbox.add(Rang(number=7))

    assert await worker_of(world, log, ringer.handler).run_until_idle() == 1

    assert ringer.handled == [Rang(number=7)]
    assert await living(world) == await dead_letters(world) == []
    assert log.outcomes == [("done", "")]


async def test_an_event_that_nobody_handles_is_done(world: World, log: Log) -> None:
    """It would wait for ever otherwise."""
    await world.family.outbox.add(Rang())

    await worker_of(world, log).run_until_idle()

    assert await living(world) == await dead_letters(world) == []
    assert log.outcomes == [("ignored", "")]


async def test_queues_of_others_are_left_alone(world: World, log: Log) -> None:
    """A worker of images does not take what it was not asked to."""
    ringer = Ringer()
    await world.family.outbox.add(Rang(), Dragged())
    worker = Worker(
        queue=world.family.jobs, handlers=[ringer.handler], observer=log, queues=["default"]
    )

    assert await worker.run_until_idle() == 1

    assert [job.kind for job in await living(world)] == ["dragged"]


def test_two_handlers_for_one_event_are_refused(world: World, log: Log) -> None:
    """One of them would silently never run."""
    with pytest.raises(ValueError, match="rang"):
        worker_of(world, log, Ringer().handler, Ringer().handler)


async def test_a_failing_job_is_tried_three_times_ever_later(world: World, log: Log) -> None:
    """Then it is given up, once, and becomes a dead letter that says why."""
    ringer = Ringer(*[RuntimeError("broken")] * 5)
    worker = worker_of(world, log, ringer.handler)
    await world.family.outbox.add(Rang(number=7))

    waits: list[float] = []
    for _ in range(2):
        assert await worker.run_until_idle() == 1
        waited = 0.0
        while not (jobs := await world.family.jobs.lease(ALL, 1, 0.001)):
            world.clock.advance(0.5)
            waited += 0.5
        world.clock.advance(0.001)
        assert [job.error for job in jobs] == ["RuntimeError: broken"]
        waits.append(waited)
    assert await worker.run_until_idle() == 1
    world.clock.advance(10_000)

    assert await worker.run_until_idle() == 0
    assert 5 <= waits[0] <= 10 <= waits[1] <= 20.5
    assert len(ringer.handled) == 3
    assert ringer.given_up == [(Rang(number=7), "RuntimeError: broken")]
    assert [(letter.error, letter.attempts) for letter in await dead_letters(world)] == [
        ("RuntimeError: broken", 2)
    ]
    assert log.outcomes == [("retried", "RuntimeError")] * 2 + [("failed", "RuntimeError")]


@pytest.mark.parametrize("fault", [ConflictError("no"), JobFault("never")])
async def test_a_refusal_is_final_at_once(world: World, log: Log, fault: Exception) -> None:
    """It would be refused again."""
    ringer = Ringer(fault)
    await world.family.outbox.add(Rang())

    await worker_of(world, log, ringer.handler).run_until_idle()

    assert len(ringer.handled) == len(ringer.given_up) == 1
    assert len(await dead_letters(world)) == 1
    assert log.outcomes == [("failed", type(fault).__name__)]


async def test_a_handler_without_a_way_to_give_up_buries_its_job(world: World, log: Log) -> None:
    """The dead letter is all there is to see, and it names the fault alone."""
    ringer = Ringer(ConflictError("no"))
    await world.family.outbox.add(Rang())

    await worker_of(world, log, Handler(Rang, ringer.handle)).run_until_idle()

    assert [letter.error for letter in await dead_letters(world)] == ["ConflictError: no"]


async def test_a_dependency_that_is_down_parks_the_job_without_limit(
    world: World, log: Log
) -> None:
    """No attempt is counted; when it is back the job is done."""
    ringer = Ringer(*[AdapterUnavailable("down")] * 50)
    worker = worker_of(world, log, ringer.handler)
    await world.family.outbox.add(Rang())

    for _ in range(50):
        assert await worker.run_until_idle() == 1
        assert await worker.run_until_idle() == 0
        world.clock.advance(Worker.PARK_SECONDS)
    (parked,) = await living(world)
    await worker.run_until_idle()

    assert (parked.attempts, parked.error) == (0, "AdapterUnavailable: down")
    assert ringer.given_up == []
    assert log.outcomes == [("parked", "AdapterUnavailable")] * 50 + [("done", "")]
    assert await living(world) == []


@pytest.mark.parametrize("fault", [AdapterClosed("closed"), NotSupported("never")])
async def test_other_faults_of_adapters_count(world: World, log: Log, fault: Exception) -> None:
    """Waiting would not heal them."""
    await world.family.outbox.add(Rang())

    await worker_of(world, log, Ringer(fault).handler).run_until_idle()

    assert [job.attempts for job in await living(world)] == [1]


async def test_giving_up_waits_for_a_dependency_that_is_down(world: World, log: Log) -> None:
    """The post must be marked as failed before its job is a dead letter."""
    ringer = Ringer(*[ConflictError("no")] * 2)
    ringer.giving_up_fails = [AdapterUnavailable("down")]
    worker = worker_of(world, log, ringer.handler)
    await world.family.outbox.add(Rang())

    await worker.run_until_idle()
    before = await dead_letters(world)
    world.clock.advance(Worker.LEASE_SECONDS)
    await worker.run_until_idle()

    assert before == []
    assert len(ringer.given_up) == 2
    assert len(await dead_letters(world)) == 1
    assert log.outcomes == [("returned", "AdapterUnavailable"), ("failed", "ConflictError")]


async def test_a_job_whose_giving_up_fails_is_a_dead_letter_all_the_same(
    world: World, log: Log
) -> None:
    """Else it would come back for ever and nobody would see it."""
    ringer = Ringer(ConflictError("no"))
    ringer.giving_up_fails = [RuntimeError("broken")]
    await world.family.outbox.add(Rang())

    await worker_of(world, log, ringer.handler).run_until_idle()

    (letter,) = await dead_letters(world)
    assert letter.error == "ConflictError: no; giving up: RuntimeError: broken"


async def test_a_payload_that_makes_no_event_becomes_a_dead_letter(world: World, log: Log) -> None:
    """An event of another version of the program poisons nothing."""

    @attrs.frozen(kw_only=True)
    class OtherRang(Event):
        """The event as the other version knows it."""

        kind = "rang"
        loudness: int

    ringer = Ringer()
    worker = worker_of(world, log, Handler(OtherRang, ringer.handle, ringer.give_up))
    await world.family.outbox.add(Rang())

    for _ in range(5):
        await worker.run_until_idle()
        world.clock.advance(1000)

    assert ringer.handled == []
    assert len(await dead_letters(world)) == 1


async def test_a_long_reason_is_cut(world: World, log: Log) -> None:
    """A traceback in an error message does not fill the table."""
    await world.family.outbox.add(Rang())

    await worker_of(world, log, Ringer(ConflictError("x" * 10_000)).handler).run_until_idle()

    (letter,) = await dead_letters(world)
    assert letter.error is not None
    assert len(letter.error) == 500


async def test_a_queue_that_stays_away_is_nothing_to_do(world: World, log: Log) -> None:
    """The worker idles instead of asking at once again."""
    away = world.rebuilt(jobs=Forgetful(world, "lease", times=1000))
    await world.family.outbox.add(Rang())

    assert await worker_of(away, log, Ringer().handler).run_until_idle() == 0
    assert len(await living(world)) == 1


@pytest.mark.parametrize(
    ("method", "fault", "runs"),
    [("lease", None, 1), ("finish", None, 2), ("bury", ConflictError(), 2)],
)
async def test_a_queue_that_is_away_for_a_moment_loses_no_job(
    world: World, log: Log, method: str, fault: Exception | None, runs: int
) -> None:
    """The lease runs out, or the job was parked: it comes again and is settled then."""
    away = world.rebuilt(jobs=Forgetful(world, method))
    ringer = Ringer(*[fault] * 2)
    worker = worker_of(away, log, ringer.handler)
    await world.family.outbox.add(Rang())

    for _ in range(2):
        await worker.run_until_idle()
        world.clock.advance(Worker.LEASE_SECONDS)

    assert len(ringer.handled) == runs
    assert await living(world) == []
    assert len(await dead_letters(world)) == (fault is not None)
