"""The thread that publishes answers everybody, and goes on."""

import asyncio
import struct
import threading

import pytest

from instagram_amqp import publisher
from instagram_amqp.connection import AmqpSettings
from instagram_amqp.publisher import Publisher
from instagram_core.kernel.errors import AdapterClosed


class Session:
    """Answers calls, and trips over what it hears between them."""

    beaten = threading.Event()

    def __init__(self, _settings: AmqpSettings) -> None:
        """Connect."""

    def beat(self) -> None:
        """Fail as a client does that reads nonsense."""
        self.beaten.set()
        raise struct.error("unpack requires a buffer of 4 bytes")

    def close(self) -> None:
        """End."""


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher, "Session", Session)
    monkeypatch.setattr(publisher, "BEAT_SECONDS", 0.01)


async def test_nonsense_between_calls_ends_the_connection_and_not_the_thread() -> None:
    """The next call has a connection of its own."""
    publishing = Publisher(AmqpSettings(url="amqp://nowhere"))
    first = await publishing.call(lambda session: session)
    assert await asyncio.to_thread(Session.beaten.wait, 5)
    assert await publishing.call(lambda session: session) is not first
    await publishing.close()


async def test_who_waits_for_a_turn_hears_of_the_end_at_once() -> None:
    """Nobody is left in the thread to answer."""
    publishing = Publisher(AmqpSettings(url="amqp://nowhere", seconds=60))
    goes_on = threading.Event()
    busy = [
        asyncio.create_task(publishing.call(lambda _: goes_on.wait(5)))
        for _ in range(Publisher.TOGETHER + 1)
    ]
    await asyncio.sleep(0)
    closing = asyncio.create_task(publishing.close())
    await asyncio.sleep(0)
    goes_on.set()
    async with asyncio.timeout(5):
        answers = await asyncio.gather(*busy, return_exceptions=True)
        await closing
    assert isinstance(answers[-1], AdapterClosed)
