"""A server that has no memory left shows no feed that lacks a change."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from instagram_core.kernel.errors import AdapterError, AdapterUnavailable
from instagram_valkey.client import ValkeyClient
from tests.contract.valkey.stores import Stores
from tests.servers.valkey import private_valkey


def test_what_a_full_server_cannot_note_is_forgotten() -> None:
    """A bump makes pages void, and a push lets go of the timelines that it cannot be put into."""

    async def run(url: str) -> None:
        async with ValkeyClient.open(url, seconds=2) as client:
            stores = await Stores.filled(client)
            before = await stores.now()
            assert not await stores.are_empty()
            await client.call("CONFIG", "SET", "maxmemory", "1")

            assert await stores.timelines.push(stores.posts[1], [stores.reader]) == 0
            await stores.cache.bump(["ann"])
            assert await stores.timelines.window(stores.reader, None, 5) is None

            await client.call("CONFIG", "SET", "maxmemory", "0")
            assert (await stores.cache.look(stores.reader, "home")).page is None
            await stores.keep(before)
            assert (await stores.cache.look(stores.reader, "home")).page is None
            assert before < await stores.now()

    server, url = private_valkey()
    try:
        asyncio.run(asyncio.wait_for(run(url), 60))
    finally:
        server.close()


def test_a_full_server_does_not_count_as_away() -> None:
    """Its guard sees no failure, so that nothing is refused that would have forgotten something."""
    seen: list[AdapterError] = []

    @asynccontextmanager
    async def guard() -> AsyncIterator[None]:
        try:
            yield
        except AdapterError as error:
            seen.append(error)
            raise

    async def run(url: str) -> None:
        async with ValkeyClient.open(url, seconds=2, guard=guard) as client:
            await client.call("CONFIG", "SET", "maxmemory", "1")
            with pytest.raises(AdapterUnavailable, match="OOM"):
                await client.call("SET", "key", "x")
        assert seen == []

    server, url = private_valkey()
    try:
        asyncio.run(asyncio.wait_for(run(url), 60))
    finally:
        server.close()
