"""The relay loses nothing, whatever ends in the middle of it."""

import asyncio
from collections.abc import Sequence

import pytest

from instagram_core.jobs.model import Job
from instagram_core.jobs.service import Relay
from instagram_core.kernel.clock import to_milliseconds
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.memory.jobs import InMemoryJobLedger
from tests.unit.instagram_core.jobs.relaying import Carriage
from tests.unit.instagram_core.jobs.ringing import Dragged, Rang, dead_letters, living, until
from tests.unit.instagram_core.world import World


async def test_a_row_goes_when_the_broker_has_it(world: World) -> None:
    """The job is the same there: id, kind, payload, time."""
    carriage = Carriage(world)
    await carriage.ring(3)
    rows = await living(world)
    world.clock.advance(4)
    assert await carriage.relay.forward() == 3
    assert await living(world) == []
    assert {row.id: row for row in rows} == {job.id: job for job in await carriage.arrived()}
    assert (carriage.heard.news, carriage.heard.lags) == ([3], [4.0])


async def test_a_batch_has_a_limit(world: World) -> None:
    """What is more goes in the next one."""
    carriage = Carriage(world)
    await carriage.ring(Relay.BATCH + 5)
    assert [await carriage.relay.forward() for _ in range(3)] == [Relay.BATCH, 5, 0]


async def test_a_queue_that_is_far_behind_holds_no_other_up(world: World) -> None:
    """A picture goes in the first batch, however much fan-out was recorded before it."""
    carriage = Carriage(world)
    await carriage.ring(3 * Relay.BATCH)
    world.clock.advance(1)
    await world.family.outbox.add(Dragged())
    await carriage.relay.forward()
    assert carriage.broker.batches[0].count("slow") == 1


async def test_rows_stay_while_the_broker_is_away(world: World) -> None:
    """None stays leased: workers may take them all."""
    carriage = Carriage(world)
    carriage.broker.is_away = True
    await carriage.ring(1)
    for _ in range(3):
        with pytest.raises(AdapterUnavailable):
            await carriage.relay.forward()
        await carriage.ring(1)
    assert carriage.relay.is_away()
    assert len(await world.family.jobs.lease(["default"], 10, 1)) == 4
    assert (carriage.heard.news, carriage.broker.reached) == (["away"], 2)


async def test_all_is_published_when_the_broker_is_back(world: World) -> None:
    """With what failed before."""
    carriage = Carriage(world)
    carriage.broker.is_away = True
    await carriage.ring(2)
    with pytest.raises(AdapterUnavailable):
        await carriage.relay.forward()
    carriage.broker.is_away = False
    assert await carriage.relay.forward() == 2
    assert carriage.heard.news == ["away", "back", 2]
    assert not carriage.relay.is_away()


async def test_a_relay_that_dies_before_it_removes_rows_publishes_them_twice(world: World) -> None:
    """Twice, but not never."""
    carriage = Carriage(world)
    await carriage.ring(2)
    jobs = await world.family.jobs.lease(["default"], 10, Relay.LEASE_SECONDS)
    await carriage.broker.publish(jobs)
    world.clock.advance(Relay.LEASE_SECONDS + 1)
    assert await carriage.another().forward() == 2
    assert await living(world) == []


async def test_relays_share_the_table(world: World) -> None:
    """Two at once publish each job once."""
    carriage = Carriage(world)
    await carriage.ring(10)
    counts = await asyncio.gather(carriage.relay.forward(), carriage.another().forward())
    assert sum(counts) == 10
    assert sum(len(batch) for batch in carriage.broker.batches) == 10


async def test_dead_letters_come_back_into_the_table(world: World) -> None:
    """Where operators see them; the broker forgets them."""
    carriage = Carriage(world)
    await carriage.ring(1)
    await carriage.relay.forward()
    (job,) = await carriage.arrived()
    await carriage.queue.bury(job.id, error="broken")
    assert await carriage.relay.collect() == 1
    assert [(job.id, "broken")] == [(each.id, each.error) for each in await dead_letters(world)]
    assert await carriage.relay.collect() == 0
    assert await carriage.broker.depth() == ()


async def test_what_the_broker_gave_up_is_given_up_once_by_its_handler(world: World) -> None:
    """Before it is seen in the table, with the broker's reason. What a worker buried was before."""
    carriage = Carriage(world)
    job = await carriage.abandon()
    await carriage.ring(1)
    await carriage.relay.forward()
    (buried,) = await carriage.arrived()
    await carriage.queue.bury(buried.id, error="broken")
    world.clock.advance(7)
    assert (await carriage.relay.collect(), await carriage.relay.collect()) == (2, 0)
    assert carriage.ringer.given_up == [(Rang(), "it may kill its worker")]
    letters = {letter.id: letter for letter in await dead_letters(world)}
    assert letters.keys() == {job.id, buried.id}
    assert letters[job.id].error == "it may kill its worker"
    assert letters[job.id].failed_at == to_milliseconds(world.clock.now())


async def test_what_cannot_be_given_up_now_stays_with_the_broker(world: World) -> None:
    """Other letters pass it by; it is given up when what it needs is back."""
    carriage = Carriage(world)
    waiting = await carriage.abandon()
    other = await carriage.abandon()
    # The newest letter comes first.
    carriage.ringer.giving_up_fails = [RuntimeError("broken"), AdapterUnavailable("down")]
    assert await carriage.relay.collect() == 1
    (letter,) = await dead_letters(world)
    assert (letter.id, letter.error) == (
        other.id,
        "it may kill its worker; giving up: RuntimeError: broken",
    )
    assert not carriage.relay.is_away()
    assert await carriage.relay.collect() == 1
    assert {each.id for each in await dead_letters(world)} == {waiting.id, other.id}
    assert len(carriage.ringer.given_up) == 3


async def test_a_table_that_is_away_is_no_fault_of_the_broker(world: World) -> None:
    """Its dead letters stay with it until the table is back, and it is not said to be away."""
    carriage = Carriage(world)

    class Away(InMemoryJobLedger):
        async def admit(self, letters: Sequence[Job]) -> None:
            raise AdapterUnavailable("the table is away")

    await carriage.abandon()
    relay = carriage.another(Away(world.database))
    with pytest.raises(AdapterUnavailable):
        await relay.collect()
    assert not relay.is_away()
    assert "away" not in carriage.heard.news
    assert await carriage.relay.collect() == 1


async def test_a_letter_put_back_goes_by_the_broker_again(world: World) -> None:
    """With no attempts."""
    carriage = Carriage(world)
    await carriage.ring(1)
    await carriage.relay.forward()
    (job,) = await carriage.arrived()
    await carriage.queue.retry(job.id, error="once", delay=0, counts=True)
    await carriage.arrived()
    await carriage.queue.bury(job.id, error="twice")
    await carriage.relay.collect()
    assert await world.family.ledger.requeue(None) == 1
    await carriage.relay.forward()
    assert [(job.id, 0)] == [(each.id, each.attempts) for each in await carriage.arrived()]


async def test_a_running_relay_that_is_far_behind_catches_up(world: World) -> None:
    """Each job is published once, though two batches are under way at a time."""
    carriage = Carriage(world)
    count = 7 * Relay.BATCH + 3
    await carriage.ring(count)
    stop = asyncio.Event()
    running = asyncio.create_task(carriage.relay.run(stop))
    await until(lambda: sum(len(batch) for batch in carriage.broker.batches) >= count)
    stop.set()
    await running
    assert sum(len(batch) for batch in carriage.broker.batches) == count
    assert await living(world) == []


async def test_a_running_relay_wakes_and_stops(world: World) -> None:
    """It publishes at once when woken, goes on after an outage, and ends when told."""
    carriage = Carriage(world)
    stop = asyncio.Event()
    running = asyncio.create_task(carriage.relay.run(stop))
    await asyncio.sleep(0)
    await carriage.ring(1)
    async with asyncio.timeout(0.9):  # less than an idle relay waits
        while not carriage.broker.batches:
            carriage.relay.wake()
            await asyncio.sleep(0)
    carriage.broker.is_away = True
    await carriage.ring(1)
    carriage.relay.wake()
    await until(carriage.relay.is_away)
    stop.set()
    await running
    assert carriage.heard.news == [1, "away"]
