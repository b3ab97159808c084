"""Working off the queues: in a process of its own, or inside the server."""

import asyncio
import os
from collections.abc import Collection
from typing import Final

from instagram_app.container.application import Application
from instagram_app.container.feed_rules import feed_rules
from instagram_app.observability.jobs import JobLog
from instagram_app.worker.gauges import watch_queues
from instagram_core.assembly.handlers import handlers_of
from instagram_core.assembly.schedules import schedules
from instagram_core.jobs.model import QUEUES
from instagram_core.jobs.ports import JobQueue
from instagram_core.jobs.service import Handlers, Scheduler, Worker

DEFAULT_CONCURRENCY: Final = (os.cpu_count() or 1) + 2
"""Pictures take a processor each; other jobs mostly wait, and pass them by."""


async def work(
    application: Application,
    stop: asyncio.Event,
    *,
    queues: Collection[str] = QUEUES,
    concurrency: int = DEFAULT_CONCURRENCY,
) -> None:
    """Work, strike schedules and count what waits, until `stop` is set.

    What runs then is finished for 8 seconds; the rest is given back. An idle worker looks at once
    when the application's bell rings.
    """
    schedule, clock = application.relational.schedule, application.clock
    rules = feed_rules(application.settings)
    scheduler = Scheduler(schedule=schedule, entries=schedules(rules), clock=clock)
    give_up = Handlers(handlers_of(application.services)).give_up
    async with application.jobs.line(concurrency, give_up) as line:
        worker = make_worker(application, queue=line.queue, queues=queues, concurrency=concurrency)
        line.listen(worker.wake)
        application.bell.listen(line.wake)
        ledger, metrics = application.jobs.ledger, application.metrics
        async with asyncio.TaskGroup() as group:
            group.create_task(line.run(stop))
            group.create_task(worker.run(stop))
            group.create_task(scheduler.run(stop))
            group.create_task(watch_queues(ledger, clock, metrics, stop))


def make_worker(
    application: Application,
    *,
    queue: JobQueue | None = None,
    queues: Collection[str] = QUEUES,
    concurrency: int = DEFAULT_CONCURRENCY,
) -> Worker:
    """Give a worker with all handlers, by default one that leases from the table."""
    return Worker(
        queue=queue or application.relational.jobs,
        handlers=handlers_of(application.services),
        observer=JobLog(application.metrics),
        queues=queues,
        concurrency=concurrency,
    )
