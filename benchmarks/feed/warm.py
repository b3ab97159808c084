"""Timelines that are there before anything is timed."""

import asyncio
import time
from collections.abc import Sequence
from typing import Final

from benchmarks.load import put_load
from instagram_app.container.application import Application
from instagram_core.accounts.model import UserId
from instagram_valkey.client import ValkeyClient

_PATIENCE: Final = 30.0
_COPIES: Final = 500
_COPY: Final = """
for index = 2, #KEYS do
  redis.call('COPY', KEYS[1], KEYS[index], 'REPLACE')
end
return #KEYS - 1
"""


async def rebuilt(application: Application, reader: UserId) -> None:
    """Let somebody read until their timeline is stored, as the app makes it."""
    until = time.monotonic() + _PATIENCE
    store = application.timelines.timelines
    while await store.window(reader, None, 1) is None:
        assert time.monotonic() < until, "no timeline was made"
        await application.services.feed.home.page(reader, None, 20)
        await asyncio.sleep(0.01)


async def multiplied(client: ValkeyClient, model: UserId, readers: Sequence[UserId]) -> None:
    """Give each reader a copy of a timeline: of all keys that it is made of, whatever they are.

    It is theirs in truth if they follow whom the model follows.
    """
    keys = [key for key in await timeline_keys(client) if key.endswith(model.bytes)]
    assert keys, "the model has no timeline"
    for key in keys:
        prefix = key.removesuffix(model.bytes)
        for start in range(0, len(readers), _COPIES):
            copies = [prefix + each.bytes for each in readers[start : start + _COPIES]]
            await client.call("EVAL", _COPY, len(copies) + 1, key, *copies)


async def apart(client: ValkeyClient, model: UserId, many: int) -> list[bytes]:
    """Give the keys of copies of a timeline that is nobody's, for a script alone."""
    keys = [key for key in await timeline_keys(client) if key.endswith(model.bytes)]
    [key] = [key for key in keys if b":timeline:" in key]
    copies = [b"floor:%d:%s" % (number, key) for number in range(many)]
    for start in range(0, many, _COPIES):
        some = copies[start : start + _COPIES]
        await client.call("EVAL", _COPY, len(some) + 1, key, *some)
    return copies


async def timeline_keys(client: ValkeyClient) -> list[bytes]:
    """Give every key that a timeline is made of: those of the list, and of what is beside it."""
    found: list[bytes] = await client.call("KEYS", "*")
    mine = [key for key in found if not key.startswith(b"floor:")]
    return [key for key in mine if b":timeline:" in key or b":pulled:" in key]


async def visited(port: int, asks: Sequence[bytes], *, seconds: float) -> None:
    """Let readers come again and again over HTTP, so that the app makes their timelines."""
    load = await put_load(port, asks, seconds=seconds)
    assert not load.failures, f"{load.failures} answers were not 200"
