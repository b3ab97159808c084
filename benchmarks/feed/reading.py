"""Somebody who reads their feed over HTTP while others work: a process of its own.

Reads the port, the whole request, and for how long, as JSON from stdin; prints the waits in
milliseconds. Every five milliseconds one read: enough to see who keeps it waiting, too little to
keep others waiting.
"""

import asyncio
import json
import sys
import time
from typing import Final

from benchmarks.visitor import Visitor

_PAUSE: Final = 0.005


async def waits(port: int, ask: bytes, seconds: float) -> list[float]:
    """Give how long each read took, by a reader in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.feed.reading"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await process.communicate(json.dumps([port, ask.decode(), seconds]).encode())
    found: list[float] = json.loads(told)
    return found


async def _read(port: int, ask: bytes, seconds: float) -> list[float]:
    found, until = [], time.perf_counter() + seconds
    async with Visitor.to(port) as visitor:
        while (begun := time.perf_counter()) < until:
            status, _ = await visitor.ask(ask)
            assert status == 200
            found.append((time.perf_counter() - begun) * 1000)
            await asyncio.sleep(_PAUSE)
    return found


if __name__ == "__main__":
    _port, _ask, _seconds = json.load(sys.stdin)
    print(json.dumps(asyncio.run(_read(_port, _ask.encode(), _seconds))))
