"""Sandboxes are few, bare, bounded, replaced when they die, and gone after closing."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from instagram_core.kernel.errors import AdapterClosed, AdapterUnavailable
from instagram_core.media.errors import MediaTooLargeError, MediaTruncatedError
from instagram_core.testing.pictures import solid
from instagram_sandbox import SandboxedImageProcessor, child
from instagram_sandbox.wire import Task
from instagram_vips import VipsImageProcessor
from tests.unit.instagram_sandbox.looking import interlaced

PICTURE = solid(12, 8, (1, 2, 3))


@pytest.fixture(scope="module")
def slow() -> bytes:
    """Give a picture that takes some tenths of a second."""
    return interlaced(5000, 4000, (40_000, 20_000, 10_000), depth=16)


def pids(processor: SandboxedImageProcessor, task: Task = Task.RENDER) -> list[int]:
    """Give the processes that exist for a task."""
    return processor._lanes[task].pids()


def is_there(pid: int) -> bool:
    """Tell whether a process exists, be it a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def at_work(processor: SandboxedImageProcessor, but: int = 0) -> int:
    """Give the process that renders, as soon as one does; not the one that is named."""
    busy = processor._lanes[Task.RENDER]._busy
    while True:
        for process in busy:
            if process.pid != but:
                return process.pid
        await asyncio.sleep(0.001)


@asynccontextmanager
async def rendering(
    processor: SandboxedImageProcessor, data: bytes
) -> AsyncIterator[tuple[asyncio.Task[object], int]]:
    """Start to render, and give the call and its process."""
    call: asyncio.Task[object] = asyncio.create_task(processor.render(data))
    yield call, await at_work(processor)
    if not call.done():
        call.cancel()
        await asyncio.wait([call])


async def test_nothing_is_started_before_it_is_needed(make: type[SandboxedImageProcessor]) -> None:
    """A process that never sees a picture pays nothing."""
    async with make() as processor:
        assert pids(processor) == pids(processor, Task.PROBE) == []
        await processor.probe(PICTURE)
        assert (len(pids(processor)), len(pids(processor, Task.PROBE))) == (0, 1)


async def test_a_sandbox_stays_warm(make: type[SandboxedImageProcessor]) -> None:
    """One process renders picture after picture."""
    async with make() as processor:
        seen = set[int]()
        for _ in range(5):
            await processor.render(PICTURE)
            seen.update(pids(processor))
        assert len(seen) == 1


async def test_there_are_never_more_than_allowed(make: type[SandboxedImageProcessor]) -> None:
    """Twenty pictures take turns in three processes."""
    async with make(children=3) as processor:
        await asyncio.gather(*(processor.render(PICTURE) for _ in range(20)))
        assert len(pids(processor)) == 3


async def test_a_sandbox_is_replaced_after_its_pictures(
    make: type[SandboxedImageProcessor],
) -> None:
    """What a library leaks ends with it."""
    async with make(children=1, pictures_per_child=2) as processor:
        seen = []
        for _ in range(4):
            await processor.render(PICTURE)
            seen.append(pids(processor))
    (first,), spent, (second,), again = seen

    assert spent == again == []
    assert first != second


async def test_a_header_does_not_wait_behind_pictures(
    make: type[SandboxedImageProcessor], slow: bytes
) -> None:
    """An upload is answered while all sandboxes render."""
    async with make(children=1) as processor:
        await processor.probe(PICTURE)
        async with rendering(processor, slow) as (call, _):
            assert (await processor.probe(PICTURE)).width == 12
            assert not call.done()


async def test_a_picture_survives_the_death_of_its_sandbox(
    make: type[SandboxedImageProcessor], slow: bytes
) -> None:
    """Once: it is rendered by another."""
    async with make() as processor:
        async with rendering(processor, slow) as (call, pid):
            os.kill(pid, signal.SIGKILL)
            await call
        assert not is_there(pid)


async def test_a_sandbox_killed_twice_is_a_fault_of_the_machine(
    make: type[SandboxedImageProcessor], slow: bytes
) -> None:
    """The job waits and is tried again; the next picture is rendered."""
    async with make() as processor:
        async with rendering(processor, slow) as (call, first):
            os.kill(first, signal.SIGKILL)
            os.kill(await at_work(processor, but=first), signal.SIGKILL)
            with pytest.raises(AdapterUnavailable) as refused:
                await call
        assert refused.value.__cause__ is not None
        assert (await processor.render(PICTURE)).width == 12


async def test_a_picture_that_crashes_its_decoder_twice_is_refused(
    make: type[SandboxedImageProcessor], slow: bytes
) -> None:
    """It is the picture's fault, and must not be tried for ever."""
    async with make() as processor:
        async with rendering(processor, slow) as (call, first):
            os.kill(first, signal.SIGSEGV)
            os.kill(await at_work(processor, but=first), signal.SIGABRT)
            with pytest.raises(MediaTruncatedError):
                await call
        assert (await processor.render(PICTURE)).width == 12


async def test_an_idle_sandbox_that_dies_is_replaced(make: type[SandboxedImageProcessor]) -> None:
    """Nobody hears of it."""
    async with make() as processor:
        await processor.render(PICTURE)
        [pid] = pids(processor)
        os.kill(pid, signal.SIGKILL)
        assert (await processor.render(PICTURE)).width == 12
        assert pid not in pids(processor)


async def test_a_frozen_sandbox_is_given_up(make: type[SandboxedImageProcessor]) -> None:
    """By the clock on the wall, as a fault of the machine."""
    async with make(seconds=0.1, children=1) as processor:
        await processor.render(PICTURE)
        [pid] = pids(processor)
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(AdapterUnavailable, match="in time"):
            await processor.render(PICTURE)
        assert (await processor.render(PICTURE)).width == 12
        assert pid not in pids(processor)


async def test_a_cancelled_call_frees_its_sandbox(
    make: type[SandboxedImageProcessor], slow: bytes
) -> None:
    """The process ends at once, and the next call has its place."""
    async with make(children=1) as processor:
        async with rendering(processor, slow) as (call, pid):
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
        assert (await processor.render(PICTURE)).width == 12
        assert pid not in pids(processor)
        assert not is_there(pid)


async def test_a_call_cancelled_while_it_waits_takes_no_place(
    make: type[SandboxedImageProcessor], slow: bytes
) -> None:
    """Nor does it end the process of another."""
    async with make(children=1) as processor:
        async with rendering(processor, slow) as (call, pid):
            waiting = asyncio.create_task(processor.render(PICTURE))
            await asyncio.sleep(0)
            waiting.cancel()
            await call
        assert pids(processor) == [pid]


async def test_closing_ends_every_process(make: type[SandboxedImageProcessor], slow: bytes) -> None:
    """Those at work too, without zombies; their calls say why."""
    processor = make(children=2)
    await processor.probe(PICTURE)
    async with rendering(processor, slow) as (call, _):
        started = [*pids(processor), *pids(processor, Task.PROBE)]
        await processor.close()
        with pytest.raises(AdapterClosed):
            await call

    assert len(started) == 2
    assert [pid for pid in started if is_there(pid)] == []


async def test_closing_while_a_sandbox_starts_leaves_none(
    make: type[SandboxedImageProcessor],
) -> None:
    """The call that asked for it says so."""
    processor = make()
    calls = [asyncio.create_task(processor.render(PICTURE)) for _ in range(4)]
    await asyncio.sleep(0)
    await processor.close()
    results = await asyncio.gather(*calls, return_exceptions=True)

    assert [type(result) for result in results] == [AdapterClosed] * 4
    assert pids(processor) == []


async def test_a_sandbox_knows_no_secrets(
    make: type[SandboxedImageProcessor], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither by its environment nor by files that its parent has open."""
    monkeypatch.setenv("INSTAGRAM_SECRET_KEY", "very secret")
    async with make() as processor:
        descriptor = os.open(__file__, os.O_RDONLY)
        os.set_inheritable(descriptor, True)  # noqa: FBT003 - its signature
        await processor.render(PICTURE)
        os.close(descriptor)
        [pid] = pids(processor)
        of = Path("/proc") / str(pid)
        names = {entry.partition("=")[0] for entry in (of / "environ").read_text().split("\0")}
        files = [str(link.readlink()) for link in (of / "fd").iterdir()]

    own = make().program().environment
    assert names <= {"", "LD_LIBRARY_PATH", "MALLOC_ARENA_MAX", "PYTHONPATH", *own}
    assert len(own) <= 4
    assert [name for name in files if not name.startswith(("socket:", "pipe:", "/dev/"))] == []
    assert len([name for name in files if name.startswith("socket:")]) == 1


async def test_a_sandbox_is_bounded(make: type[SandboxedImageProcessor]) -> None:
    """No core files, no files at all, so much memory, a session of its own."""
    async with make(memory_bytes=512 * 1024 * 1024) as processor:
        await processor.render(PICTURE)
        [pid] = pids(processor)
        session = os.getsid(pid)
        rows = (Path("/proc") / str(pid) / "limits").read_text().splitlines()
        hard = {row[:26].strip(): row[26:].split()[1] for row in rows[1:]}

    assert hard["Max core file size"] == hard["Max file size"] == "0"
    assert hard["Max data size"] == str(512 * 1024 * 1024)
    assert hard["Max open files"] == "64"
    assert hard["Max cpu time"].isdigit()
    assert session == pid


async def test_a_sandbox_ends_with_its_parent() -> None:
    """Also when that is killed: no orphan goes on."""
    program = """
        import asyncio, os, signal
        from instagram_core.testing.pictures import solid
        from instagram_vips import VipsImageProcessor
        from instagram_sandbox.wire import Task

        async def main():
            processor = VipsImageProcessor()
            await processor.render(solid(4, 4, (1, 2, 3)))
            print(processor._lanes[Task.RENDER].pids()[0], flush=True)
            os.kill(os.getpid(), signal.SIGKILL)

        asyncio.run(main())
    """
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", textwrap.dedent(program)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdout=subprocess.PIPE,
        check=False,
    )
    stat = Path("/proc") / done.stdout.decode().strip() / "stat"
    async with asyncio.timeout(10):
        while not _is_over(stat):  # noqa: ASYNC110 - nobody tells when it ends
            await asyncio.sleep(0.01)


def _is_over(stat: Path) -> bool:
    """Tell whether a process has ended; nobody may be there to bury it."""
    try:
        return stat.read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.mark.parametrize("program", ["/bin/false", "/nowhere/python"])
async def test_a_sandbox_that_does_not_start_is_a_fault_of_the_machine(
    make: type[SandboxedImageProcessor], monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    """With what went wrong as its cause."""
    monkeypatch.setattr(sys, "executable", program)
    async with make() as processor:
        with pytest.raises(AdapterUnavailable) as refused:
            await processor.render(PICTURE)

    assert refused.value.__cause__ is not None


async def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An operator reads what to install."""
    (tmp_path / "pyvips.py").write_text("raise ImportError('libvips.so.42 is not there')")
    environment = child._environment(VipsImageProcessor().program())
    environment["PYTHONPATH"] = f"{tmp_path}{os.pathsep}{environment['PYTHONPATH']}"
    monkeypatch.setattr(child, "_environment", lambda _: environment)
    async with VipsImageProcessor() as processor:
        with pytest.raises(AdapterUnavailable, match=r"libvips\.so\.42"):
            await processor.render(PICTURE)


async def test_too_many_bytes_are_not_even_sent(make: type[SandboxedImageProcessor]) -> None:
    """The limit is inclusive."""
    async with make(max_bytes=len(PICTURE)) as processor:
        assert (await processor.probe(PICTURE)).width == 12
        with pytest.raises(MediaTooLargeError):
            await processor.probe(PICTURE + b"\0")


@pytest.mark.parametrize(
    "limits",
    [
        {"max_bytes": 0},
        {"max_pixels": 0},
        {"seconds": 0},
        {"memory_bytes": -1},
        {"children": 0},
        {"pictures_per_child": 0},
        {"encodings": ()},
        {"encodings": ("webp", "webp")},
        {"encodings": ("gif",)},
    ],
    ids=str,
)
def test_impossible_limits_are_refused(
    make: type[SandboxedImageProcessor], limits: dict[str, object]
) -> None:
    """At once, and not by the first picture."""
    with pytest.raises(ValueError, match=r".+"):
        make(**limits)  # type: ignore[arg-type]


async def test_encodings_are_a_choice(make: type[SandboxedImageProcessor]) -> None:
    """WebP alone, for those who serve nothing else."""
    async with make(encodings=("webp",)) as processor:
        rendered = await processor.render(PICTURE)

    assert {one.encoding for one in rendered.renditions} == {"webp"}
