"""What holds for every adapter of every port: cancellation, closing, a server that goes away."""

import asyncio
from abc import abstractmethod
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, ClassVar, TypeVar

import pytest

from instagram_core.kernel.errors import AdapterClosed, AdapterUnavailable
from instagram_core.testing.capabilities import requires
from instagram_core.testing.contract import Contract

S = TypeVar("S")


class LifecycleContract(Contract[S]):
    """The contract of anything that is opened, used and closed."""

    recovery: ClassVar[float] = 10.0
    """Seconds an adapter has to come to itself: after cancelled calls, after an outage."""

    @abstractmethod
    async def touch(self, subject: S) -> object:
        """Make any call that needs the store, and may be repeated."""
        raise NotImplementedError

    async def close(self, subject: S) -> None:
        """Close the adapter for good."""
        closing: Any = subject
        await closing.close()

    def outage(self) -> AbstractAsyncContextManager[None]:
        """Take the server away for the length of a block."""
        raise NotImplementedError

    async def test_cancellation_leaves_the_store_usable(self, subject: S) -> None:
        """However far calls got before they were cancelled, the next ones succeed."""
        for turns in range(12):
            calls = [asyncio.create_task(self._touch(subject)) for _ in range(20)]
            for _ in range(turns):
                await asyncio.sleep(0)
            cancelled = [call for call in calls if call.cancel()]
            await asyncio.wait(calls)
            swallowed = [call for call in cancelled if not call.cancelled()]
            assert not swallowed, f"cancelled in turn {turns}, it went on: {swallowed[0]!r}"
        async with self._time_to("let a call through after others were cancelled"):
            await self.touch(subject)

    @requires("close")
    async def test_closing_twice_is_fine(self) -> None:
        """The second close does nothing."""
        async with self.open() as subject:
            await self.touch(subject)
            await self.close(subject)
            await self.close(subject)

    @requires("close")
    async def test_use_after_close_says_so(self) -> None:
        """A call on a closed adapter raises AdapterClosed."""
        async with self.open() as subject:
            await self.touch(subject)
            await self.close(subject)
            with pytest.raises(AdapterClosed):
                await self.touch(subject)

    @requires("outage")
    async def test_a_server_that_is_down_is_unavailable(self, subject: S) -> None:
        """While the server is away calls raise AdapterUnavailable with what the driver said."""
        await self.touch(subject)
        async with self.outage():
            with pytest.raises(AdapterUnavailable) as refused:
                await self.touch(subject)
            assert refused.value.__cause__ is not None, "it names no cause"

    @requires("outage")
    async def test_a_server_that_returns_is_found_again(self, subject: S) -> None:
        """After an outage calls succeed without anybody opening the adapter again."""
        async with self.outage():
            with pytest.raises(AdapterUnavailable):
                await self.touch(subject)
        async with self._time_to("find a server that returned"):
            while not await self._is_back(subject):  # noqa: ASYNC110 - no server tells when
                await asyncio.sleep(0.05)

    @asynccontextmanager
    async def _time_to(self, act: str) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self.recovery):
                yield
        except TimeoutError as error:
            raise AssertionError(f"{self.recovery} s were not enough to {act}") from error

    async def _touch(self, subject: S) -> None:
        await self.touch(subject)

    async def _is_back(self, subject: S) -> bool:
        try:
            await self.touch(subject)
        except AdapterUnavailable:
            return False
        return True
