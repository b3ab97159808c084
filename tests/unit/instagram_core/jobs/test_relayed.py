"""Workers and operators see one queue, wherever a job is just now."""

import pytest

from instagram_core.jobs.service import RelayedJobLedger, RelayedJobQueue
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.memory.jobs import InMemoryJobQueue
from tests.unit.instagram_core.jobs.relaying import Carriage
from tests.unit.instagram_core.jobs.ringing import ALL, dead_letters, living
from tests.unit.instagram_core.world import World


class Switch:
    """Says whether the broker is away."""

    def __init__(self) -> None:
        """Begin present."""
        self.is_away = False

    def __call__(self) -> bool:
        """Answer."""
        return self.is_away


def queue_of(world: World, carriage: Carriage) -> tuple[RelayedJobQueue, Switch]:
    """Give the queue of a worker, and what it takes for the state of the broker."""
    away = Switch()
    table = world.family.jobs
    return RelayedJobQueue(broker=carriage.queue, table=table, is_away=away), away


async def test_rows_are_left_to_the_relay_while_the_broker_is_there(world: World) -> None:
    """Workers take what the broker delivers."""
    carriage = Carriage(world)
    queue, _ = queue_of(world, carriage)
    await carriage.ring(1)
    assert await queue.lease(ALL, 5, 60) == ()
    await carriage.relay.forward()
    (job,) = await queue.lease(ALL, 5, 60)
    await queue.finish([job.id])
    assert await carriage.broker.depth() == ()


async def test_rows_are_worked_off_while_the_broker_is_away(world: World) -> None:
    """Finished, tried again and buried where they are."""
    carriage = Carriage(world)
    queue, away = queue_of(world, carriage)
    away.is_away = True
    await carriage.ring(3)
    done, again, dead = await queue.lease(ALL, 5, 60)
    await queue.finish([done.id])
    await queue.retry(again.id, error="busy", delay=0, counts=True)
    await queue.bury(dead.id, error="broken")
    assert [(again.id, 1)] == [(job.id, job.attempts) for job in await living(world)]
    assert [dead.id] == [job.id for job in await dead_letters(world)]


async def test_rows_that_are_worked_on_stay_leased(world: World) -> None:
    """A renewed lease holds, whatever the broker does meanwhile."""
    carriage = Carriage(world)
    queue, away = queue_of(world, carriage)
    away.is_away = True
    await carriage.ring(1)
    (job,) = await queue.lease(ALL, 5, 10)
    away.is_away = False
    world.clock.advance(9)
    await queue.renew([job.id], 10)
    world.clock.advance(9)
    assert await carriage.relay.forward() == 0
    await queue.finish([job.id])
    assert await living(world) == []


async def test_a_row_that_was_delivered_meanwhile_is_done_in_both_places(world: World) -> None:
    """It was published, and its relay died before it was removed."""
    carriage = Carriage(world)
    queue, away = queue_of(world, carriage)
    await carriage.ring(1)
    await carriage.broker.publish(await living(world))
    away.is_away = True
    await carriage.queue.lease(ALL, 5, 60)
    (row,) = await queue.lease(ALL, 5, 60)
    await queue.finish([row.id])
    assert (await living(world), await carriage.broker.depth()) == ([], ())


async def test_what_was_once_a_row_here_is_not_taken_for_one_later(world: World) -> None:
    """Its lease ran out, it was relayed and delivered here: where it is now it is tried again."""
    carriage = Carriage(world)
    queue, away = queue_of(world, carriage)
    away.is_away = True
    await carriage.ring(2)
    rows = await queue.lease(ALL, 5, 10)
    away.is_away = False
    world.clock.advance(11)
    assert await carriage.relay.forward() == 2
    again, dead = await queue.lease(ALL, 5, 60)
    assert {again.id, dead.id} == {row.id for row in rows}
    await queue.retry(again.id, error="busy", delay=0, counts=True)
    await queue.bury(dead.id, error="broken")
    assert [(again.id, 1)] == [(job.id, job.attempts) for job in await carriage.arrived()]
    assert [dead.id] == [letter.id for letter in await carriage.broker.dead_letters(5)]


async def test_a_queue_without_connection_is_no_reason_to_wait(world: World) -> None:
    """While the broker is known to be away the table serves; before, the worker is told."""
    carriage = Carriage(world)

    class Disconnected(InMemoryJobQueue):
        async def lease(self, *_: object) -> tuple[()]:
            raise AdapterUnavailable("no connection")

    away = Switch()
    queue = RelayedJobQueue(
        broker=Disconnected(world.database), table=world.family.jobs, is_away=away
    )
    await carriage.ring(1)
    try:
        await queue.lease(ALL, 5, 60)
    except AdapterUnavailable:
        away.is_away = True
    assert len(await queue.lease(ALL, 5, 60)) == 1


async def test_what_nobody_gave_up_yet_is_left_to_a_relay(world: World) -> None:
    """An operator's command has no handlers: it shows what a worker, or a relay, was done with."""
    carriage = Carriage(world)
    ledger = RelayedJobLedger(table=world.family.ledger, broker=carriage.broker)
    job = await carriage.abandon()
    assert (await ledger.page(failed=True, after=None, limit=5)).items == ()
    await carriage.relay.collect()
    found = (await ledger.page(failed=True, after=None, limit=5)).items
    assert [job.id] == [letter.id for letter in found]
    assert await ledger.requeue(None) == 1


async def test_what_was_delivered_is_worked_on_while_the_table_is_away(world: World) -> None:
    """A broker that takes nothing more may still deliver: nobody else would be given that."""
    carriage = Carriage(world)
    away = Switch()

    class Disconnected(InMemoryJobQueue):
        async def lease(self, *_: object) -> tuple[()]:
            raise AdapterUnavailable("no connection")

    queue = RelayedJobQueue(broker=carriage.queue, table=Disconnected(world.database), is_away=away)
    await carriage.ring(1)
    await carriage.relay.forward()
    away.is_away = True
    assert len(await queue.lease(ALL, 5, 60)) == 1
    with pytest.raises(AdapterUnavailable):
        await queue.lease(ALL, 5, 60)


async def test_depth_adds_both_places_up(world: World) -> None:
    """Rows and messages of one queue are one number; without the broker the rows remain."""
    carriage = Carriage(world)
    ledger = RelayedJobLedger(table=world.family.ledger, broker=carriage.broker)
    await carriage.ring(2)
    await carriage.relay.forward()
    await carriage.ring(3)
    assert [(each.queue, each.ready) for each in await ledger.depth()] == [("default", 5)]

    async def away() -> tuple[()]:
        raise AdapterUnavailable("away")

    carriage.broker.depth = away  # type: ignore[method-assign]
    assert [(each.queue, each.ready) for each in await ledger.depth()] == [("default", 3)]
