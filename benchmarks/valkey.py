"""Ways to talk to Valkey: calls one by one, four gathered, and a hundred callers at once.

valkey-py with a pool, valkey-py with pipelines written by hand, valkey-glide where it is installed,
and the client of the adapter, which gathers by itself. All in one process, on one local server.
"""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.util import find_spec
from typing import Any, Final
from urllib.parse import urlsplit

import valkey.asyncio

from benchmarks.report import Line
from instagram_valkey.client import ValkeyClient
from tests.servers.valkey import private_valkey

_SECONDS: Final = 1.0
_ROUNDS: Final = 3
_KEY: Final = "benchmark:key"
_POOL: Final = 32
Calls = Callable[[int], Awaitable[object]]
"""Makes so many calls that belong together, and waits for all answers."""


async def measure() -> list[Line]:
    """Give calls per second of every way, beside those of valkey-py's pool."""
    server, url = private_valkey()
    try:
        async with ValkeyClient.open(url) as client:
            await client.call("SET", _KEY, b"x" * 100)
        rates: dict[tuple[str, str], list[float]] = {}
        for _ in range(_ROUNDS):
            for way, opened in _ways().items():
                async with opened(url) as calls:
                    for shape, rate in (await _shapes(calls)).items():
                        rates.setdefault((shape, way), []).append(rate)
    finally:
        server.close()
    medians = {key: statistics.median(rate) for key, rate in rates.items()}
    return [
        Line(what=f"{shape}: {way}", ours=rate, floor=medians[shape, _FLOOR], unit="calls/s")
        for (shape, way), rate in sorted(medians.items())
    ]


async def _shapes(calls: Calls) -> dict[str, float]:
    return {
        "1 one by one": await _rate(calls, callers=1, together=1),
        "2 four gathered": await _rate(calls, callers=1, together=4),
        "3 a hundred callers": await _rate(calls, callers=100, together=1),
        "4 a hundred callers, four gathered": await _rate(calls, callers=100, together=4),
    }


async def _rate(calls: Calls, *, callers: int, together: int) -> float:
    done = 0
    await calls(together)
    began = time.perf_counter()

    async def caller() -> None:
        nonlocal done
        while time.perf_counter() - began < _SECONDS:
            await calls(together)
            done += together

    await asyncio.gather(*(caller() for _ in range(callers)))
    return done / (time.perf_counter() - began)


@asynccontextmanager
async def _pool(url: str) -> AsyncIterator[Calls]:
    async with _valkey_py(url) as client:

        async def calls(count: int) -> None:
            if count == 1:
                await client.get(_KEY)
            else:
                await asyncio.gather(*(client.get(_KEY) for _ in range(count)))

        yield calls


@asynccontextmanager
async def _pipeline(url: str) -> AsyncIterator[Calls]:
    async with _valkey_py(url) as client:

        async def calls(count: int) -> None:
            pipeline = client.pipeline(transaction=False)
            for _ in range(count):
                pipeline.get(_KEY)
            await pipeline.execute()

        yield calls


@asynccontextmanager
async def _valkey_py(url: str) -> AsyncIterator[Any]:
    pool = valkey.asyncio.BlockingConnectionPool.from_url(url, max_connections=_POOL, timeout=5)
    async with valkey.asyncio.Valkey(connection_pool=pool) as client:
        yield client
    await pool.aclose()


@asynccontextmanager
async def _glide(url: str) -> AsyncIterator[Calls]:
    import glide  # type: ignore[import-not-found]  # noqa: PLC0415 - nobody needs to have it

    where = urlsplit(url)
    address = glide.NodeAddress(where.hostname, where.port)
    client = await glide.GlideClient.create(glide.GlideClientConfiguration([address]))

    async def calls(count: int) -> None:
        if count == 1:
            await client.get(_KEY)
        else:
            await asyncio.gather(*(client.get(_KEY) for _ in range(count)))

    yield calls
    await client.close()


def _ours(connections: int) -> Callable[[str], AbstractAsyncContextManager[Calls]]:
    @asynccontextmanager
    async def opened(url: str) -> AsyncIterator[Calls]:
        async with ValkeyClient.open(url, seconds=5, connections=connections) as client:

            async def calls(count: int) -> None:
                if count == 1:
                    await client.call("GET", _KEY)
                else:
                    await asyncio.gather(*(client.call("GET", _KEY) for _ in range(count)))

            yield calls

    return opened


_FLOOR: Final = "valkey-py, pool"


def _ways() -> dict[str, Callable[[str], AbstractAsyncContextManager[Calls]]]:
    glide = {"valkey-glide": _glide} if find_spec("glide") else {}
    return {
        _FLOOR: _pool,
        "valkey-py, pipeline by hand": _pipeline,
        **glide,
        "ours, 1 connection": _ours(1),
        "ours, 2 connections": _ours(2),
        "ours, 4 connections": _ours(4),
    }
