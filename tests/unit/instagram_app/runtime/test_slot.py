"""A slot is never empty for long, and never starts what keeps failing without a pause."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import attrs
import pytest

from instagram_app.container.errors import StartRefused
from instagram_app.runtime.child import Child
from instagram_app.runtime.slot import Slot


@attrs.define(eq=False)
class FakeChild:
    """Gets ready or refuses, and ends when it is told to."""

    name: str = "server"
    pid: int = 7
    refusal: str | None = None
    is_over: asyncio.Event = attrs.field(factory=asyncio.Event)
    told: list[signal.Signals] = attrs.field(factory=list)

    async def ready(self) -> None:
        """Be ready, or say why not."""
        if self.refusal is not None:
            raise StartRefused(self.refusal)

    async def ended(self) -> int:
        """Wait for the end."""
        await self.is_over.wait()
        return 0

    def tell(self, number: signal.Signals) -> None:
        """End at every signal."""
        self.told.append(number)
        self.is_over.set()


@attrs.frozen
class Scene:
    """A slot, and what it did."""

    children: list[FakeChild]
    """Those that are not started yet."""
    pauses: list[float] = attrs.field(factory=list)
    is_done: asyncio.Event = attrs.field(factory=asyncio.Event)
    """Set once all are started."""

    async def start(self) -> Child:
        """Start the next one."""
        child = self.children.pop(0)
        if not self.children:
            self.is_done.set()
        return cast("Child", child)

    async def pause(self, seconds: float) -> None:
        """Note a pause, which takes no time."""
        self.pauses.append(seconds)

    def slot(self, *, is_exclusive: bool = False) -> Slot:
        """Give a slot for the children."""
        return Slot(self.start, is_exclusive=is_exclusive, pause=self.pause)


@asynccontextmanager
async def kept(slot: Slot) -> AsyncIterator[None]:
    """Keep a slot filled for the length of a block."""
    await slot.fill()
    keeping = asyncio.create_task(slot.keep())
    try:
        yield
    finally:
        keeping.cancel()


async def test_a_first_child_that_cannot_start_is_no_reason_to_try_again() -> None:
    """The sentence goes to whoever asked for the start."""
    scene = Scene([FakeChild(refusal="no database"), FakeChild()])

    with pytest.raises(StartRefused, match="no database"):
        await scene.slot().fill()

    assert len(scene.children) == 1


async def test_a_child_that_ends_is_followed_by_another_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """When it had lived for a while."""
    monkeypatch.setattr(Slot, "HEALTHY_SECONDS", 0.0)
    first = FakeChild()
    scene = Scene([first, FakeChild()])

    async with kept(scene.slot()):
        first.is_over.set()
        await scene.is_done.wait()

    assert scene.pauses == [0.0]


async def test_a_child_that_keeps_failing_has_to_wait_longer_each_time() -> None:
    """Up to a bound; whether it ends or never gets ready."""
    first = FakeChild()
    scene = Scene([first, *(FakeChild(refusal="no") for _ in range(9)), FakeChild()])

    async with kept(scene.slot()):
        first.is_over.set()
        await scene.is_done.wait()

    assert scene.pauses == [*Slot.DELAYS[1:], *[Slot.DELAYS[-1]] * (11 - len(Slot.DELAYS))]
    assert scene.pauses == sorted(scene.pauses)


async def test_a_new_child_is_ready_before_the_old_one_is_told_to_go() -> None:
    """It is told by SIGHUP, and nobody follows it."""
    old, new, unused = FakeChild(), FakeChild(), FakeChild()
    scene = Scene([old, new, unused])
    slot = scene.slot()

    async with kept(slot):
        assert await slot.replace()
        await asyncio.sleep(0)

    assert (old.told, new.told, scene.children) == ([signal.SIGHUP], [], [unused])


async def test_an_old_child_stays_if_the_new_one_cannot_start() -> None:
    """A mistake in the settings takes nothing away."""
    old = FakeChild()
    slot = Scene([old, FakeChild(refusal="a wrong setting")]).slot()
    await slot.fill()

    assert not await slot.replace()
    assert old.told == []


async def test_of_two_that_exclude_each_other_the_old_one_goes_first() -> None:
    """And the new one follows at once."""
    old = FakeChild()
    scene = Scene([old, FakeChild()])
    slot = scene.slot(is_exclusive=True)

    async with kept(slot):
        assert await slot.replace()
        await scene.is_done.wait()

    assert (old.told, scene.pauses) == ([signal.SIGHUP], [0.0])
