"""Who gets a place for an upload."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from instagram_app.http.errors import BusyError
from instagram_app.http.upload_places import UploadPlaces


def test_one_sender_gets_a_quarter_of_the_places() -> None:
    """Somebody else finds one, and what is freed may be taken again."""

    async def scenario() -> None:
        places = UploadPlaces(8)
        async with AsyncExitStack() as stack:
            for _ in range(2):
                await stack.enter_async_context(places.one("ada"))
            with pytest.raises(BusyError):
                await stack.enter_async_context(places.one("ada"))
            await stack.enter_async_context(places.one("ben"))
        async with places.one("ada"):
            pass

    asyncio.run(scenario())


def test_a_sender_who_waits_for_a_place_counts() -> None:
    """Nobody gets ahead by waiting in many lines."""

    async def scenario() -> None:
        places = UploadPlaces(1)
        async with places.one("ada"):
            waiting = asyncio.create_task(places.one("ben").__aenter__())
            also = asyncio.create_task(places.one("ben").__aenter__())
            await asyncio.sleep(0)
            with pytest.raises(BusyError):
                await places.one("ben").__aenter__()
            for task in (waiting, also):
                task.cancel()
            await asyncio.gather(waiting, also, return_exceptions=True)

    asyncio.run(scenario())
