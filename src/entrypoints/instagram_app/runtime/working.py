"""A process that works off jobs and does nothing else."""

import asyncio
from collections.abc import Collection
from contextlib import AsyncExitStack

import structlog

from instagram_app.container.errors import StartRefused
from instagram_app.container.opening import open_application
from instagram_app.runtime.process import run_process, unless
from instagram_app.settings.consistency import problems_of_several_processes
from instagram_app.settings.table import Settings
from instagram_app.worker.working import work


def run_worker(settings: Settings, *, queues: Collection[str], concurrency: int) -> int:
    """Work until SIGTERM; give the exit code. StartRefused says why it cannot start."""
    if problems := problems_of_several_processes(settings, "`instagram worker`"):
        raise StartRefused("\n".join(problems))

    async def life(stop: asyncio.Event) -> int:
        log = structlog.stdlib.get_logger("instagram.worker")
        async with AsyncExitStack() as stack:
            opening = stack.enter_async_context(open_application(settings, is_alone=False))
            application = await unless(stop, opening)
            if application is not None:
                log.info("ready", queues=sorted(queues), concurrency=concurrency)
                await work(application, stop, queues=queues, concurrency=concurrency)
        log.info("stopped")
        return 0

    return run_process(life)
