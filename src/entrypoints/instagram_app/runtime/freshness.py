"""Numbers of this process that others show."""

import asyncio
from contextlib import suppress
from typing import Final

from instagram_app.observability.metrics import Metrics

SECONDS: Final = 1.0


async def fresh_numbers(metrics: Metrics, stop: asyncio.Event) -> None:
    """Publish the numbers that are asked for, such as a pool's, until `stop` is set."""
    while metrics.is_shared and not stop.is_set():
        metrics.publish()
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), SECONDS)
