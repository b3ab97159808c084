"""What killed processes left half written is swept, and nothing else."""

import asyncio
import os
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator
from pathlib import Path

from instagram_filesystem import FilesystemMediaStore
from tests.unit.instagram_filesystem.files import KEY, files, read


async def test_the_file_of_a_killed_process_is_swept(root: Path) -> None:
    """At the next start, whoever starts."""
    program = """
        import asyncio, os, signal, sys
        from pathlib import Path
        from instagram_core.media.model import media_key
        from instagram_filesystem import FilesystemMediaStore

        async def stream():
            yield b"half"
            os.kill(os.getpid(), signal.SIGKILL)

        async def main():
            async with FilesystemMediaStore.open(Path(sys.argv[1])) as store:
                await store.put(media_key("0123456789abcdef", "original"), stream())

        asyncio.run(main())
    """
    await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", textwrap.dedent(program), str(root)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        check=False,
    )
    assert list(files(root).values()) == [b"half"]
    async with FilesystemMediaStore.open(root) as store:
        assert await store.stat(KEY) is None

    assert files(root) == {}


async def test_the_file_of_a_living_writer_is_left_alone(root: Path) -> None:
    """Another process that starts meanwhile does not take it away."""
    reached, opened = asyncio.Event(), asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield b"first, "
        reached.set()
        await opened.wait()
        yield b"second"

    async with FilesystemMediaStore.open(root) as store:
        call = asyncio.create_task(store.put(KEY, slowly()))
        await reached.wait()
        async with FilesystemMediaStore.open(root) as other:
            opened.set()
            await call
            assert await read(other) == b"first, second"
