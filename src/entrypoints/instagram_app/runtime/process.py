"""One process from its start to its end, on an event loop of its own."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def run_process(life: Callable[[asyncio.Event], Coroutine[Any, Any, int]]) -> int:
    """Run `life` and give its exit code; its event is set by SIGTERM or Ctrl-C."""

    async def living() -> int:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in STOP_SIGNALS:
            loop.add_signal_handler(number, stop.set)
        return await life(stop)

    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        code = runner.run(living())
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # it is ending already, and in order
    return code


async def unless(stop: asyncio.Event, work: Awaitable[T]) -> T | None:
    """Give the result of `work`, or None if `stop` came first: then the work is cancelled.

    What the work had opened it closes itself, before this returns.
    """
    working = asyncio.ensure_future(work)
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        working.cancel()
        # Whatever it failed with just then: nobody waits for it any more.
        await asyncio.gather(working, return_exceptions=True)
        return None
    finally:
        stopping.cancel()


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop  # noqa: PLC0415 - Sanic brings it where it exists
    except ImportError:
        return None
    return uvloop.new_event_loop
