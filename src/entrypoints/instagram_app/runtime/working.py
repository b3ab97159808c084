"""A process that works off jobs and does nothing else."""

import asyncio
import signal
from collections.abc import Callable, Collection
from contextlib import AsyncExitStack

import structlog

from instagram_app.container.errors import StartRefused
from instagram_app.container.opening import open_application
from instagram_app.runtime.bells import Wire
from instagram_app.runtime.freshness import fresh_numbers
from instagram_app.runtime.process import run_process, unless
from instagram_app.settings.consistency import problems_of_several_processes
from instagram_app.settings.table import Settings
from instagram_app.worker.working import work


def run_worker(
    settings: Settings,
    *,
    queues: Collection[str],
    concurrency: int,
    wire: Wire | None = None,
    tell_ready: Callable[[], None] = lambda: None,
) -> int:
    """Work until SIGTERM; give the exit code. StartRefused says why it cannot start.

    `wire` brings the rings of processes that write.
    """
    if problems := problems_of_several_processes(settings, "`instagram worker`"):
        raise StartRefused("\n".join(problems))

    async def life(stop: asyncio.Event) -> int:
        log = structlog.stdlib.get_logger("instagram.worker")
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, stop.set)
        async with AsyncExitStack() as stack:
            opening = stack.enter_async_context(open_application(settings, is_alone=False))
            application = await unless(stop, opening)
            if application is not None:
                if wire is not None:
                    wire.receive(application.bell)
                log.info("ready", queues=sorted(queues), concurrency=concurrency)
                tell_ready()
                async with asyncio.TaskGroup() as group:
                    group.create_task(fresh_numbers(application.metrics, stop))
                    await work(application, stop, queues=queues, concurrency=concurrency)
        log.info("stopped")
        return 0

    return run_process(life)
