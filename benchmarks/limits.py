"""The rate limiter against its script alone, sent by the same client with everything prepared."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Final
from uuid import uuid4

from benchmarks.report import Line
from instagram_core.limits.model import Limit
from instagram_valkey.client import ValkeyClient
from instagram_valkey.limits import ValkeyRateLimiter
from instagram_valkey.scripts import Script
from tests.servers.valkey import private_valkey

_SECONDS: Final = 0.3
_ROUNDS: Final = 15
_USERS: Final = 2000
_TARGET: Final = 0.8
_MINUTE_MS: Final = 60_000
Attempt = Callable[[int], Awaitable[object]]


async def measure() -> list[Line]:
    """Give attempts per second, of the overall limit and an action's together."""
    server, url = private_valkey()
    try:
        async with ValkeyClient.open(url, seconds=5) as client:
            return [
                await _line(client, what, callers)
                for what, callers in (("one after another", 1), ("a hundred callers", 100))
            ]
    finally:
        server.close()


async def _line(client: ValkeyClient, what: str, callers: int) -> Line:
    ours, floor = _limiter(client), _script(client)
    await _rate(ours, callers)
    pairs = [(await _rate(floor, callers), await _rate(ours, callers)) for _ in range(_ROUNDS)]
    alone, whole = (statistics.median(column) for column in zip(*pairs, strict=True))
    return Line(
        what=f"attempts, {what}",
        ours=whole,
        floor=alone,
        unit="attempts/s",
        target=f">= {_TARGET} of the script alone",
        is_met=whole >= _TARGET * alone,
    )


def _limiter(client: ValkeyClient) -> Attempt:
    limiter = ValkeyRateLimiter(client)
    pairs = [
        [
            Limit(action="all", subject=f"user:{user}", attempts=1000, seconds=60),
            Limit(action="feed", subject=f"user:{user}", attempts=900, seconds=60),
        ]
        for user in (uuid4() for _ in range(_USERS))
    ]
    return lambda number: limiter.acquire(pairs[number % _USERS])


def _script(client: ValkeyClient) -> Attempt:
    digest = Script.named("limits").digest
    windows = (1000, _MINUTE_MS, 900, _MINUTE_MS)
    keys = [
        (f"instagram:limit:{{user:{user}}}:all", f"instagram:limit:{{user:{user}}}:feed")
        for user in (uuid4() for _ in range(_USERS))
    ]
    return lambda number: client.call("EVALSHA", digest, 2, *keys[number % _USERS], "", *windows)


async def _rate(attempt: Attempt, callers: int) -> float:
    number = 0
    began = time.perf_counter()

    async def caller() -> None:
        nonlocal number
        while time.perf_counter() - began < _SECONDS:
            number += 1
            await attempt(number)

    await asyncio.gather(*(caller() for _ in range(callers)))
    return number / (time.perf_counter() - began)
