"""Looks at profiles are recorded, few of them, and nobody waits."""

from collections.abc import Mapping

import pytest

from instagram_core.accounts.model import UserId
from tests.unit.instagram_core.feed.hybrid import new_hybrid

HOUR = 3600


async def test_visits_within_an_hour_are_one() -> None:
    """And nobody visits themself, nor does nobody."""
    hybrid = new_hybrid()
    ann, bob = await hybrid.world.scene.users(2)
    visits, family = hybrid.services.feed.visits, hybrid.world.family

    async def strengths() -> Mapping[UserId, float]:
        await visits.idle()
        return await family.affinities.strengths(ann, [bob, ann], hybrid.world.scene.now)

    for viewer, owner in ((ann, bob), (ann, bob), (ann, ann), (None, bob)):
        visits.seen(viewer, owner)
    assert await strengths() == {bob: 0.5}
    hybrid.world.clock.advance(HOUR - 1)
    visits.seen(ann, bob)
    assert (await strengths())[bob] < 0.5
    hybrid.world.clock.advance(1)
    visits.seen(ann, bob)
    assert 0.99 < (await strengths())[bob] < 1


async def test_what_is_remembered_of_visits_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest is forgotten first, and then counts again."""
    hybrid = new_hybrid()
    visits = hybrid.services.feed.visits
    monkeypatch.setattr(type(visits), "REMEMBERED", 2)
    ann, *others = await hybrid.world.scene.users(4)

    for owner in others:
        visits.seen(ann, owner)
    visits.seen(ann, others[0])
    visits.seen(ann, others[2])
    await visits.idle()

    affinities = hybrid.world.family.affinities
    found = await affinities.strengths(ann, others, hybrid.world.scene.now)
    assert found == {others[0]: 1, others[1]: 0.5, others[2]: 0.5}


async def test_more_visits_than_can_be_stored_at_once_are_dropped() -> None:
    """And are none: they may be recorded a moment later."""
    hybrid = new_hybrid()
    visits = hybrid.services.feed.visits
    ann, *others = await hybrid.world.scene.users(visits.AT_ONCE + 2)

    for owner in others:
        visits.seen(ann, owner)
    await visits.idle()
    affinities = hybrid.world.family.affinities
    stored = await affinities.strengths(ann, others, hybrid.world.scene.now)
    visits.seen(ann, others[-1])
    await visits.idle()
    later = await affinities.strengths(ann, others, hybrid.world.scene.now)

    assert set(others[: visits.AT_ONCE]) == set(stored)
    assert set(later) == set(others)
