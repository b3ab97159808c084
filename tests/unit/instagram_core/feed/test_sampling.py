"""Now and then a timeline that was shown is compared with the truth."""

import logging

import attrs
import pytest

from instagram_core.assembly import assemble
from instagram_core.feed.absent import Unobserved
from instagram_core.feed.service import Sampling
from instagram_core.kernel.errors import AdapterUnavailable
from tests.unit.instagram_core.feed.hybrid import new_hybrid
from tests.unit.instagram_core.feed.spoiling import Kept, kept_in_memory


class Observer(Unobserved):
    """Remembers what was found."""

    def __init__(self) -> None:
        """Begin without anything."""
        self.found: list[bool] = []

    def sampled(self, *, is_complete: bool) -> None:
        """Remember it."""
        self.found.append(is_complete)


@pytest.fixture
def kept() -> Kept:
    """Give stores in memory."""
    return kept_in_memory()


@pytest.fixture
def observer() -> Observer:
    """Give somebody who counts."""
    return Observer()


def sampling(kept: Kept, observer: Observer, every: int = 1) -> Sampling:
    """Give what samples."""
    timelines = kept.stores.timelines
    return Sampling(comparing=kept.comparing, timelines=timelines, observer=observer, every=every)


@pytest.mark.parametrize(("every", "expected"), [(1, 6), (3, 2), (4, 1), (0, 0)])
async def test_one_of_so_many_is_compared(
    kept: Kept, observer: Observer, every: int, expected: int
) -> None:
    """None, where none is wanted."""
    reader = await kept.follower()
    await kept.build(reader)
    sampled = sampling(kept, observer, every)

    for _ in range(6):
        sampled.consider(reader)
        await sampled.idle()

    assert observer.found == [True] * expected


async def test_an_incomplete_timeline_is_told_dropped_and_logged(
    kept: Kept, observer: Observer, caplog: pytest.LogCaptureFixture
) -> None:
    """It will be made anew; the log says whose it was."""
    caplog.set_level(logging.WARNING, logger="instagram_core")  # whatever others left behind
    author = await kept.scene.user()
    reader, other = await kept.follower(author), await kept.follower(author)
    posts = await kept.posts(author, 2)
    await kept.build(reader, without=posts[:1])
    await kept.build(other, without=posts[:1])
    sampled = sampling(kept, observer)

    sampled.consider(reader)
    assert observer.found == []  # nobody waits for it
    await sampled.idle()

    assert observer.found == [False]
    assert await kept.held(reader) is None
    assert await kept.held(other) is not None
    (record,) = caplog.records
    assert str(reader) in record.getMessage()


async def test_a_timeline_that_is_gone_tells_nothing(kept: Kept, observer: Observer) -> None:
    """Its reader unfollowed somebody in this very moment."""
    reader = await kept.follower()
    sampled = sampling(kept, observer)

    sampled.consider(reader)
    await sampled.idle()

    assert observer.found == []


async def test_few_are_compared_at_a_time(kept: Kept, observer: Observer) -> None:
    """The others are left out, however busy it is."""
    reader = await kept.follower()
    await kept.build(reader)
    sampled = sampling(kept, observer)

    for _ in range(50):
        sampled.consider(reader)
    await sampled.idle()

    assert observer.found == [True] * Sampling.AT_ONCE


async def test_where_a_store_is_away_nothing_fails(kept: Kept, observer: Observer) -> None:
    """And the next one is compared again."""
    reader = await kept.follower()
    await kept.build(reader)
    sampled = sampling(kept, observer)
    right = kept.stores.timelines.window

    async def away(*_: object) -> None:
        raise AdapterUnavailable("away")

    kept.stores.timelines.window = away  # type: ignore[method-assign, assignment]
    sampled.consider(reader)
    await sampled.idle()
    assert observer.found == []
    kept.stores.timelines.window = right  # type: ignore[method-assign]
    sampled.consider(reader)
    await sampled.idle()

    assert observer.found == [True]


async def test_first_pages_from_a_timeline_are_considered() -> None:
    """Not those from the truth, nor later pages: whoever reads on was considered."""
    hybrid = new_hybrid()
    rules = attrs.evolve(hybrid.ports.feed, sampled_every=1)
    services = assemble(attrs.evolve(hybrid.ports, feed=rules))
    hybrid = attrs.evolve(hybrid, services=services)
    author, reader = await hybrid.world.scene.users(2)
    await hybrid.follow(reader, author)
    await hybrid.share(author, author, author)
    await hybrid.settle()

    assert len(await hybrid.opened(reader)) == 3
    await services.feed.sampling.idle()
    assert hybrid.heard.samples == []
    await services.feed.rebuilds.idle()
    assert len(await hybrid.opened(reader)) == 3
    assert len(await hybrid.home(reader, 1)) == 3
    await services.feed.sampling.idle()

    assert hybrid.heard.samples == [True]
