"""One process that a supervisor started."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Mapping, Sequence
from typing import Final, Self

from instagram_app.container.errors import StartRefused

READY: Final = "ready"


class Child:
    """A process in a session of its own, so that it hears signals from its supervisor alone.

    It gets the writing end of a pipe and tells there when it is ready, or why it cannot be.
    """

    def __init__(
        self, name: str, process: asyncio.subprocess.Process, words: asyncio.StreamReader
    ) -> None:
        """Be a process that was started."""
        self.name = name
        self._process = process
        self._words = words

    @classmethod
    async def start(
        cls,
        name: str,
        command: Sequence[str],
        *,
        open_files: Sequence[int],
        environment: Mapping[str, str],
    ) -> Self:
        """Start it; the number of the pipe is added to the command."""
        reading, writing = os.pipe()
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                str(writing),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=2,  # standard output carries the address, which the supervisor prints
                pass_fds=(*open_files, writing),
                env=environment,
                start_new_session=True,
            )
        except BaseException:
            os.close(reading)
            raise
        finally:
            os.close(writing)
        return cls(name, process, await _reader(reading))

    @property
    def pid(self) -> int:
        """Give its number."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Tell whether it has not ended."""
        return self._process.returncode is None

    async def ready(self) -> None:
        """Wait until it is ready; StartRefused says why it never will be."""
        words = (await self._words.read()).decode(errors="replace").strip()
        if words == READY:
            return
        code = await self.ended()
        raise StartRefused(words or f"{self.name} ended while it started, with {_told(code)}")

    async def ended(self) -> int:
        """Wait until it has ended; give its exit code, negative for a signal."""
        return await self._process.wait()

    def tell(self, number: signal.Signals) -> None:
        """Send a signal, unless it has ended."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)


def _told(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


async def _reader(descriptor: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb", 0)
    )
    return reader
