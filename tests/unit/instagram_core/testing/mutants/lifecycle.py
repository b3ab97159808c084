"""Wrong ways of closing and of being without a server, at an adapter that does nothing else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from instagram_core.kernel.errors import AdapterClosed, AdapterUnavailable
from instagram_core.testing.lifecycle import LifecycleContract
from tests.unit.instagram_core.testing.mutants.harness import Around, Mutants


class Line:
    """Answers while it is open and its server is there."""

    iscut_off = False

    def __init__(self, line: type["Line"]) -> None:
        self.server = line
        self.is_closed = False

    async def ask(self) -> str:
        await asyncio.sleep(0)
        if self.is_closed:
            raise AdapterClosed("the line is closed")
        try:
            return self.reply()
        except OSError as error:
            raise AdapterUnavailable("nobody answers") from error

    def reply(self) -> str:
        if self.server.iscut_off:
            raise ConnectionRefusedError
        return "here"

    async def close(self) -> None:
        self.is_closed = True


class LineContract(LifecycleContract[Any]):
    """Says how a line is asked and cut."""

    async def touch(self, subject: Any) -> object:
        return await subject.ask()


@asynccontextmanager
async def cut_off(_: object) -> AsyncIterator[None]:
    """Take the server away for the length of a block."""
    Line.iscut_off = True
    try:
        yield
    finally:
        Line.iscut_off = False


lines = Mutants(
    LineContract,
    right=lambda _: Line(Line),
    parts={"capabilities": frozenset({"close", "outage"}), "outage": cut_off},
)


@lines.caught_by("test_use_after_close_says_so")
class LineAnswersAfterClosing(Around):
    """Opens itself again, and nobody closes it."""

    async def ask(self) -> str:
        self.right.is_closed = False
        answer: str = await self.right.ask()
        return answer


@lines.caught_by("test_closing_twice_is_fine")
class LineRefusesToBeClosedAgain(Around):
    """Makes cleaning up fail."""

    async def close(self) -> None:
        if self.right.is_closed:
            raise AdapterClosed("it is closed already")
        await self.right.close()


@lines.caught_by("test_a_server_that_is_down_is_unavailable")
class LineHidesItsCause(Around):
    """Says that nobody answers, and not why."""

    async def ask(self) -> str:
        try:
            answer: str = await self.right.ask()
        except AdapterUnavailable:
            pass
        else:
            return answer
        raise AdapterUnavailable("nobody answers")


@lines.caught_by("test_a_server_that_is_down_is_unavailable")
class LineAnswersWithoutItsServer(Around):
    """Makes an answer up."""

    async def ask(self) -> str:
        try:
            answer: str = await self.right.ask()
        except AdapterUnavailable:
            return "here, maybe"
        return answer


@lines.caught_by("test_a_server_that_returns_is_found_again")
class LineStaysDown(Around):
    """Gives up for ever."""

    has_failed = False

    async def ask(self) -> str:
        if self.has_failed:
            raise AdapterUnavailable("it was down once")
        try:
            answer: str = await self.right.ask()
        except AdapterUnavailable:
            self.has_failed = True
            raise
        return answer


@lines.caught_by("test_cancellation_leaves_the_store_usable")
class LineGoesOnWhenCancelled(Around):
    """Swallows the cancellation."""

    async def ask(self) -> str:
        try:
            answer: str = await self.right.ask()
        except asyncio.CancelledError:
            return "nothing"
        return answer


@lines.caught_by("test_cancellation_leaves_the_store_usable")
class LineIsBusyForEver(Around):
    """Keeps its lock when a call is cancelled."""

    def __init__(self, right: Any) -> None:
        super().__init__(right)
        self.lock = asyncio.Lock()

    async def ask(self) -> str:
        await self.lock.acquire()
        answer: str = await self.right.ask()
        self.lock.release()
        return answer
