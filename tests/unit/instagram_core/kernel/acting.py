"""Two people, a post, and everything that they may do to what feeds show."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import Context
from functools import partial

import attrs

from instagram_core.accounts.model import AccountChange, Role, UserId
from instagram_core.assembly import Services
from instagram_core.graph.model import PersonalList
from instagram_core.kernel.events import Event
from instagram_core.kernel.reactions import Reactions
from instagram_core.posts.model import PostChange, PostId
from tests.unit.instagram_core.world import World

PASSWORD = "long enough"
CAPTION = PostChange(caption="new")


class Heard(Reactions):
    """Remembers what was told, and that nothing was under way by then."""

    def __init__(self, world: World) -> None:
        """Listen to all use cases of a world."""
        self.calls: list[tuple[Event, ...]] = []
        self._world = world
        shared = world.services.likes._reactions
        shared._reactions = self  # type: ignore[attr-defined]

    async def to(self, *events: Event) -> None:
        """Remember events. Whoever else works on the store would wait for a transaction."""
        others = asyncio.get_running_loop().create_task(
            self._world.family.ledger.depth(), context=Context()
        )
        async with asyncio.timeout(1):
            await others
        self.calls.append(events)


@attrs.frozen
class Stage:
    """Two people and a post of the second."""

    world: World
    heard: Heard
    ada: UserId
    bea: UserId
    post: PostId

    @property
    def services(self) -> Services:
        """Give the use cases."""
        return self.world.services


async def arranged(world: World) -> Stage:
    """Give a stage on which nothing was heard yet; each has a password."""
    register = partial(world.services.accounts.sign_in.register, password=PASSWORD)
    ada = await register(username="ada", email="ada@example.org")
    bea = await register(username="bea", email="bea@example.org")
    post = await world.scene.post(bea.user_id)
    return Stage(world, Heard(world), ada.user_id, bea.user_id, post)


Act = Callable[[Stage], Awaitable[object]]


async def nothing(_: Stage) -> None:
    """Do nothing before."""


def like(s: Stage) -> Awaitable[object]:
    """Ada likes the post."""
    return s.services.likes.like(s.ada, s.post)


def unlike(s: Stage) -> Awaitable[object]:
    """Ada takes the like back."""
    return s.services.likes.unlike(s.ada, s.post)


def follow(s: Stage) -> Awaitable[object]:
    """Ada follows Bea, or asks to."""
    return s.services.graph.following.follow(s.ada, s.bea)


def unfollow(s: Stage) -> Awaitable[object]:
    """Ada ends that."""
    return s.services.graph.following.unfollow(s.ada, s.bea)


def remove_follower(s: Stage) -> Awaitable[object]:
    """Bea ends that."""
    return s.services.graph.following.remove_follower(s.bea, s.ada)


async def ask(s: Stage) -> None:
    """Ada asks to follow Bea, who is private."""
    await s.world.scene.set_private(s.bea, is_private=True)
    await s.world.scene.request(s.ada, s.bea)


def accept(s: Stage) -> Awaitable[object]:
    """Bea lets Ada follow."""
    return s.services.graph.following.accept(s.bea, s.ada)


def decline(s: Stage) -> Awaitable[object]:
    """Bea does not."""
    return s.services.graph.following.decline(s.bea, s.ada)


def block(s: Stage) -> Awaitable[object]:
    """Ada blocks Bea."""
    return s.services.graph.blocking.block(s.ada, s.bea)


def unblock(s: Stage) -> Awaitable[object]:
    """Ada lifts the block."""
    return s.services.graph.blocking.unblock(s.ada, s.bea)


def put(which: PersonalList) -> Act:
    """Let Ada put Bea on a list."""
    return lambda s: s.services.graph.personal.put(which, s.ada, s.bea)


def remove(which: PersonalList) -> Act:
    """Let Ada remove Bea from a list."""
    return lambda s: s.services.graph.personal.remove(which, s.ada, s.bea)


def edit(s: Stage) -> Awaitable[object]:
    """Bea edits the post."""
    return s.services.posts.posting.edit(s.bea, s.post, CAPTION)


def delete(s: Stage) -> Awaitable[object]:
    """Bea deletes the post."""
    return s.services.posts.posting.delete(s.bea, s.post)


def change(**changes: object) -> Act:
    """Let Bea change her profile."""
    changed = AccountChange(**changes)  # type: ignore[arg-type]
    return lambda s: s.services.accounts.editing.edit(s.bea, changed)


def promote(s: Stage) -> Awaitable[object]:
    """Give Bea a role."""
    return s.services.accounts.administration.assign(s.bea, Role.VERIFIED)


def suspend(s: Stage) -> Awaitable[object]:
    """Suspend Bea."""
    return s.services.accounts.administration.suspend(s.bea)


def reinstate(s: Stage) -> Awaitable[object]:
    """Let Bea take part again."""
    return s.services.accounts.administration.reinstate(s.bea)


def close(s: Stage) -> Awaitable[object]:
    """Bea leaves."""
    return s.services.accounts.closing.close(s.bea, PASSWORD)


async def submit_avatar(s: Stage) -> None:
    """Bea uploads an avatar, which waits."""
    (original,) = await s.world.take_in()
    await s.services.media.avatars.submit(s.bea, original)


async def process_avatar(s: Stage) -> None:
    """A worker shows it."""
    await s.world.work()


def clear_avatar(s: Stage) -> Awaitable[object]:
    """Bea shows none any more."""
    return s.services.media.avatars.clear(s.bea)
