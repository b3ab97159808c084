"""Counters in PostgreSQL that went wrong are found, told and mended."""

import asyncio
from collections.abc import Callable
from typing import Final

import pytest

from instagram_core.kernel.counters import CounterDifference
from instagram_core.likes.model import Like
from instagram_postgres import counters
from tests.contract.postgres.connections import BOTH_SERVERS, Arena, arena
from tests.servers.postgres import Databases

PEOPLE: Final = 7

SPOIL: Final = (
    "UPDATE profile_counters SET followers = followers + 2 WHERE user_id = %(person)s",
    "UPDATE profile_counters SET posts = posts - 1 WHERE user_id = %(person)s",
    "UPDATE like_slots SET likes = likes + 4 WHERE post_id = %(post)s",
)


async def spoiled(ring: Arena) -> set[CounterDifference]:
    """Make people with a post, a follower and a like each; spoil what belongs to some of them."""
    people = await ring.scene.users(PEOPLE)
    expected = set()
    for number, (person, fan) in enumerate(zip(people, people[1:] + people[:1], strict=True)):
        await ring.scene.follow(fan, person)
        post = await ring.scene.post(person)
        await ring.family.likes.add(Like(user_id=fan, post_id=post, at=1))
        if number % 2:
            continue
        for spoil in SPOIL:
            await ring.rows(spoil, person=person, post=post)
        expected |= {
            CounterDifference(counter="followers", subject=person, stored=3, actual=1),
            CounterDifference(counter="posts", subject=person, stored=0, actual=1),
            CounterDifference(counter="likes", subject=post, stored=5, actual=1),
        }
    return expected


@BOTH_SERVERS
@pytest.mark.parametrize("batch", [1, 2, PEOPLE, 500])
def test_differences_are_told_and_mended(
    databases: Callable[[], Databases], monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    """Each once, whatever the batches; a dry run changes nothing, a second run finds nothing."""
    monkeypatch.setattr(counters, "_BATCH", batch)

    async def play() -> None:
        async with arena(databases) as ring:
            expected = await spoiled(ring)
            for dry_run in (True, False):
                found = [each async for each in ring.family.counters.repair(dry_run=dry_run)]
                assert len(expected) == len(found)
                assert expected == set(found)
            await ring.check()

    asyncio.run(play())


@BOTH_SERVERS
def test_a_counter_that_is_missing_is_made(databases: Callable[[], Databases]) -> None:
    """Counters that were lost altogether come back from their lists."""

    async def play() -> None:
        async with arena(databases) as ring:
            await spoiled(ring)
            await ring.rows("DELETE FROM profile_counters")
            await ring.rows("DELETE FROM like_slots")
            found = [each async for each in ring.family.counters.repair(dry_run=False)]
            assert {(0, 1)} == {(each.stored, each.actual) for each in found}
            assert len(found) == 4 * PEOPLE
            await ring.check()

    asyncio.run(play())
