"""A put that is cancelled takes back what it stored itself, and nothing else."""

import asyncio
from typing import Any

import pytest

from instagram_core.kernel.clock import SystemClock
from instagram_core.kernel.guard import Unguarded
from instagram_core.media.model import media_key
from instagram_core.testing.contracts.media.states import read
from instagram_s3 import S3MediaStore
from instagram_s3.exchange import Exchange
from tests.contract.s3.opening import fresh_bucket
from tests.servers.seaweed import seaweed

KEY = media_key("0" * 32, "small.webp")


class Held(Exchange):
    """Keeps the answer to a put back until it is let go."""

    stored: asyncio.Event
    go_on: asyncio.Event

    async def call(self, name: str, *, size: int = 0, **parameters: object) -> Any:  # noqa: ANN401 - as above it
        """Call, and wait."""
        answer = await super().call(name, size=size, **parameters)
        if name == "put_object":
            self.stored.set()
            await self.go_on.wait()
        return answer


async def test_what_another_put_meanwhile_stays_though_it_is_the_same() -> None:
    """Two workers store the same rendition, and one of them is stopped before it knows."""
    settings = await fresh_bucket(seaweed())
    async with Held.open(settings, Unguarded()) as held, S3MediaStore.open(settings) as other:
        held.stored, held.go_on = asyncio.Event(), asyncio.Event()
        stopped = asyncio.create_task(S3MediaStore(held, SystemClock()).put(KEY, b"same"))
        await held.stored.wait()
        await other.put(KEY, b"same")
        stopped.cancel()
        await asyncio.sleep(0)
        held.go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await stopped
        assert await read(other, KEY) == b"same"


async def test_what_nobody_else_put_is_taken_back() -> None:
    """A file that its caller does not know of would never be referred to."""
    settings = await fresh_bucket(seaweed())
    async with Held.open(settings, Unguarded()) as held, S3MediaStore.open(settings) as other:
        held.stored, held.go_on = asyncio.Event(), asyncio.Event()
        stopped = asyncio.create_task(S3MediaStore(held, SystemClock()).put(KEY, b"same"))
        await held.stored.wait()
        stopped.cancel()
        await asyncio.sleep(0)
        held.go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await stopped
        assert await other.stat(KEY) is None
