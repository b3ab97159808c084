"""How much waits, as numbers."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from instagram_app.observability.metrics import Metrics
from instagram_core.jobs.model import QUEUES, QueueDepth
from instagram_core.jobs.ports import JobLedger
from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.kernel.errors import AdapterError

SECONDS: Final = 10.0
_EMPTY: Final = QueueDepth(queue="", ready=0, delayed=0, leased=0, failed=0, oldest_ready_at=None)


async def watch_queues(
    ledger: JobLedger, clock: Clock, metrics: Metrics, stop: asyncio.Event
) -> None:
    """Set the gauges of queues every few seconds until `stop` is set."""
    while not stop.is_set():
        with suppress(AdapterError):  # the old numbers stay until the store is back
            show(await ledger.depth(), to_milliseconds(clock.now()), metrics)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), SECONDS)


def show(depths: Iterable[QueueDepth], now: int, metrics: Metrics) -> None:
    """Set the gauges, to zero for queues that are empty by now."""
    empty = dict.fromkeys(QUEUES, _EMPTY)
    # Numbers that several processes share can be changed, and not be taken away.
    for queue, depth in (empty | {depth.queue: depth for depth in depths}).items():
        for state in ("ready", "delayed", "leased", "failed"):
            metrics.queue_jobs.labels(queue, state).set(getattr(depth, state))
        waited = 0 if depth.oldest_ready_at is None else now - depth.oldest_ready_at
        metrics.queue_oldest.labels(queue).set(max(waited, 0) / 1000)
