"""Work that may be told to stop before it is done."""

import asyncio
import gc
import os
import resource
import signal

import pytest

from instagram_app.runtime.open_files import OTHERS, allow_open_files
from instagram_app.runtime.process import run_process, unless


def test_work_that_is_done_first_gives_its_result() -> None:
    """The usual case."""

    async def life() -> str | None:
        return await unless(asyncio.Event(), asyncio.sleep(0, "done"))

    assert asyncio.run(life()) == "done"


def test_work_that_is_told_to_stop_cleans_up_first() -> None:
    """What it opened is closed before the process goes on to end."""
    closed: list[str] = []

    async def opening() -> str:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            closed.append("closed")
        return "opened"

    async def life() -> list[str]:
        stop = asyncio.Event()
        asyncio.get_running_loop().call_soon(stop.set)
        assert await unless(stop, opening()) is None
        return closed.copy()

    assert asyncio.run(life()) == ["closed"]


def test_work_that_fails_while_it_is_told_to_stop_is_not_heard_of() -> None:
    """Nobody waits for it any more, so nothing complains that nobody did."""
    complaints: list[object] = []

    async def opening() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            raise LookupError("nowhere")

    async def life() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: complaints.append(context))
        loop.call_soon(stop.set)
        await unless(stop, opening())
        gc.collect()

    asyncio.run(life())
    assert complaints == []


def test_work_that_fails_fails() -> None:
    """Its error is the error."""

    async def opening() -> None:
        raise LookupError("nowhere")

    async def life() -> None:
        await unless(asyncio.Event(), opening())

    with pytest.raises(LookupError, match="nowhere"):
        asyncio.run(life())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_asks_a_process_to_stop(number: signal.Signals) -> None:
    """And its own word is the exit code."""

    async def life(stop: asyncio.Event) -> int:
        os.kill(os.getpid(), number)
        await stop.wait()
        return 7

    before = signal.getsignal(signal.SIGTERM)
    try:
        assert run_process(life) == 7
    finally:
        signal.signal(signal.SIGTERM, before)


def test_open_files_are_allowed_as_far_as_the_system_lets() -> None:
    """Never fewer than before."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (512, before[1]))
        assert allow_open_files(300) == 300 + OTHERS
        assert allow_open_files(100) == 300 + OTHERS
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 300 + OTHERS
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
