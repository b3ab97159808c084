"""A whole system in memory: use cases over every port, and its end."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from instagram_core.assembly import Services, assemble
from instagram_core.kernel.errors import AdapterClosed
from instagram_core.limits.model import Limit
from instagram_core.media.model import media_key
from instagram_core.memory.system import InMemorySystem
from instagram_core.testing.clocks import ManualClock
from instagram_core.testing.scene import Scene


async def follow_like_and_read(system: InMemorySystem, services: Services) -> None:
    """Let one person follow another, like their post and find it in the feed."""
    ports = system.ports
    scene = Scene(ports.relational, ports.ids, ports.clock)
    ann, bob = await scene.users(2)
    post = await scene.post(bob)

    await services.graph.following.follow(ann, bob)
    outcome = await services.likes.like(ann, post)
    feed = await services.feed.home.page(ann, None, 20)

    assert (outcome.changed, outcome.like_count) == (True, 1)
    assert [(view.post.id, view.state.is_liked) for view in feed.items] == [(post, True)]


def test_use_cases_run_over_it() -> None:
    """Nothing else is needed: no server, no file."""

    async def run() -> None:
        async with InMemorySystem.open(ManualClock()) as system:
            await follow_like_and_read(system, assemble(system.ports))

    asyncio.run(run())


def test_systems_are_apart() -> None:
    """What one stores is not in another, and their secrets differ."""

    async def run() -> None:
        async with InMemorySystem.open() as one, InMemorySystem.open() as other:
            ports = one.ports
            user = await Scene(ports.relational, ports.ids, ports.clock).user()
            assert await one.ports.relational.users.account(user) is not None
            assert await other.ports.relational.users.account(user) is None
            assert one.ports.secret != other.ports.secret

    asyncio.run(run())


Call = Callable[[InMemorySystem], Awaitable[object]]
CALLS: dict[str, Call] = {
    "relational": lambda system: system.ports.relational.ledger.depth(),
    "media": lambda system: system.ports.media.stat(media_key("a" * 16, "original")),
    "images": lambda system: system.ports.images.probe(b""),
    "limiter": lambda system: system.ports.limiter.acquire(
        [Limit(action="like", subject="ann", attempts=1, seconds=1)]
    ),
    "passwords": lambda system: system.ports.passwords.hash("correct horse"),
    "timelines": lambda system: system.timelines.drop([]),
    "authors": lambda system: system.authors.recent([], None, 1),
    "cache": lambda system: system.cache.bump([]),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_every_port_is_closed_at_the_end(call: Call) -> None:
    """A call afterwards says so, and closing again is fine."""

    async def run() -> None:
        async with InMemorySystem.open() as system:
            pass
        await system.close()
        await call(system)

    with pytest.raises(AdapterClosed):
        asyncio.run(run())
