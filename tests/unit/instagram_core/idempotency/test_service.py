"""Doing an effect once for a key."""

import asyncio
from uuid import UUID

import pytest

from instagram_core.idempotency.errors import KeyReusedError
from instagram_core.idempotency.model import EffectKey, StoredAnswer
from instagram_core.idempotency.service import Idempotency
from instagram_core.kernel.errors import AdapterUnavailable, ConflictError
from instagram_core.media.events import MediaSweepDue
from tests.unit.instagram_core.world import World

DAY = 24 * 3600
KEY = EffectKey(user=UUID(int=1), route="posts", key="k")


class Effect:
    """Counts its runs, and leaves an event behind with each."""

    def __init__(self, world: World, error: BaseException | None = None) -> None:
        """Raise `error` after the work, if there is one."""
        self._world = world
        self.error = error
        self.runs = 0

    async def __call__(self) -> StoredAnswer:
        """Do the work."""
        self.runs += 1
        await self._world.family.outbox.add(MediaSweepDue())
        await asyncio.sleep(0)
        if self.error is not None:
            raise self.error
        return StoredAnswer(status=201, body=f"run {self.runs}".encode())


@pytest.fixture
def idempotency(world: World) -> Idempotency:
    """Give the use case."""
    return world.services.idempotency


@pytest.fixture
def effect(world: World) -> Effect:
    """Give an effect that succeeds."""
    return Effect(world)


async def test_a_repeat_replays_the_first_answer(
    world: World, idempotency: Idempotency, effect: Effect
) -> None:
    """The effect happened once."""
    first = await idempotency.once(KEY, b"request", effect)
    second = await idempotency.once(KEY, b"request", effect)

    assert first.answer == second.answer == StoredAnswer(status=201, body=b"run 1")
    assert (first.is_replay, second.is_replay) == (False, True)
    assert len(await world.scene.events()) == 1


async def test_concurrent_duplicates_wait_and_replay(
    world: World, idempotency: Idempotency, effect: Effect
) -> None:
    """One of them does it, all have its answer."""
    given = await asyncio.gather(*(idempotency.once(KEY, b"request", effect) for _ in range(10)))

    assert effect.runs == 1
    assert [each.is_replay for each in given].count(False) == 1
    assert {each.answer.body for each in given} == {b"run 1"}
    assert len(await world.scene.events()) == 1


async def test_a_key_with_another_request_is_refused(
    idempotency: Idempotency, effect: Effect
) -> None:
    """And the first answer stays."""
    await idempotency.once(KEY, b"request", effect)

    with pytest.raises(KeyReusedError):
        await idempotency.once(KEY, b"another", effect)

    assert (await idempotency.once(KEY, b"request", effect)).is_replay
    assert effect.runs == 1


@pytest.mark.parametrize(
    "other",
    [
        EffectKey(user=UUID(int=2), route="posts", key="k"),
        EffectKey(user=UUID(int=1), route="stories", key="k"),
        EffectKey(user=UUID(int=1), route="posts", key="K"),
    ],
)
async def test_keys_belong_to_a_user_and_a_route(
    idempotency: Idempotency, effect: Effect, other: EffectKey
) -> None:
    """Nobody meets the answer of another."""
    await idempotency.once(KEY, b"request", effect)

    assert not (await idempotency.once(other, b"request", effect)).is_replay


@pytest.mark.parametrize(
    "error", [ConflictError(), AdapterUnavailable(), RuntimeError(), asyncio.CancelledError()]
)
async def test_an_effect_that_raises_leaves_neither_key_nor_work(
    world: World, idempotency: Idempotency, effect: Effect, error: BaseException
) -> None:
    """Refusals are not stored: the same key may be tried again, with another request too."""
    effect.error = error
    with pytest.raises(type(error)):
        await idempotency.once(KEY, b"request", effect)
    assert await world.scene.events() == []

    effect.error = None
    done = await idempotency.once(KEY, b"another", effect)

    assert (done.is_replay, done.answer.body) == (False, b"run 2")


async def test_a_duplicate_that_waited_for_a_refusal_does_it_itself(
    idempotency: Idempotency, effect: Effect
) -> None:
    """The first one failed: the second is the first."""
    effect.error = ConflictError()
    first = asyncio.create_task(idempotency.once(KEY, b"request", effect))
    second = asyncio.create_task(idempotency.once(KEY, b"request", effect))

    with pytest.raises(ConflictError):
        await first
    effect.error = None

    assert not (await second).is_replay


async def test_a_key_is_forgotten_after_a_day(
    world: World, idempotency: Idempotency, effect: Effect
) -> None:
    """Not before; whether it was swept or not."""
    await idempotency.once(KEY, b"request", effect)

    world.clock.advance(DAY - 1)
    assert await idempotency.sweep() == 0
    assert (await idempotency.once(KEY, b"request", effect)).is_replay
    world.clock.advance(2)
    assert not (await idempotency.once(KEY, b"another", effect)).is_replay


async def test_sweeping_removes_old_keys_and_no_other(
    world: World, idempotency: Idempotency, effect: Effect
) -> None:
    """In as many rounds as it takes."""
    for number in range(5):
        key = EffectKey(user=UUID(int=number), route="posts", key="k")
        await idempotency.once(key, b"request", effect)
    world.clock.advance(DAY + 1)
    fresh = EffectKey(user=UUID(int=9), route="posts", key="k")
    await idempotency.once(fresh, b"request", effect)
    idempotency.ROWS_AT_ONCE = 2  # type: ignore[misc]

    assert await idempotency.sweep() == 5
    assert await idempotency.sweep() == 0
    assert (await idempotency.once(fresh, b"request", effect)).is_replay
