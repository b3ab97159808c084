"""One running server process, whoever started it."""

import asyncio
import contextlib
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final, Self

import attrs

_POLL: Final = 0.01
_WATCH: Final = 0.25


@attrs.frozen
class _PidFile:
    """What a server writes into its data folder: see PostgreSQL's `pidfile.h`."""

    pid: int
    socket: Path
    status: str

    @classmethod
    def read(cls, data: Path) -> Self | None:
        """Give it; None when there is none, or none that is complete."""
        try:
            lines = (data / "postmaster.pid").read_text().splitlines()
            return cls(int(lines[0]), Path(lines[4]), lines[7].strip())
        except (FileNotFoundError, IndexError, ValueError):
            return None


class Postmaster:
    """The main process of a server."""

    def __init__(self, data: Path, pid: int, child: subprocess.Popen[bytes] | None) -> None:
        """Be the process `pid` that serves `data`; `child` when it is our own."""
        self._data = data
        self._pid = pid
        self._child = child

    @classmethod
    def left_on(cls, data: Path) -> Self | None:
        """Give the server that another process left running on `data`; None when there is none."""
        try:
            pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        return cls(data, pid, None) if _is_server(pid, data) else None

    @classmethod
    async def started(cls, data: Path, child: subprocess.Popen[bytes]) -> Self | None:
        """Wait until our new child answers; None when it ended instead."""
        postmaster = cls(data, child.pid, child)
        await until(lambda: postmaster._is_answering or not postmaster.is_running)
        return postmaster if postmaster.is_running else None

    @property
    def is_running(self) -> bool:
        """Tell whether it lives; our own dead child is reaped."""
        if self._child is not None:
            return self._child.poll() is None
        return _is_server(self._pid, self._data)

    async def socket(self, seconds: float) -> Path | None:
        """Give the folder of its socket once it answers; None if it ends first, or does not."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await until(lambda: self._is_answering or not self.is_running)
        file = _PidFile.read(self._data)
        return file.socket if file is not None and self._is_answering else None

    async def ended(self) -> None:
        """Wait until it is gone."""
        await until(lambda: not self.is_running, every=_WATCH)

    async def stop(self, seconds: float) -> None:
        """Shut it down in order; after `seconds` at once, which the next start recovers from."""
        for way in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            with contextlib.suppress(TimeoutError, ProcessLookupError):
                if self.is_running:
                    os.kill(self._pid, way)
                async with asyncio.timeout(seconds):
                    await until(lambda: not self.is_running)
                return

    @property
    def _is_answering(self) -> bool:
        file = _PidFile.read(self._data)
        return file is not None and file.pid == self._pid and file.status == "ready"


def disown(*lock_files: Path) -> None:
    """Tell the next server that the one which wrote these files is dead.

    It would believe a zombie alive, and any process that was given the same number since. It
    never believes so of its own parent, which we are. The files themselves must stay: by
    `postmaster.pid` the server finds out whether children of the dead one still write.
    """
    for file in lock_files:
        if file.exists():
            _, _, rest = file.read_text().partition("\n")
            file.write_text(f"{os.getpid()}\n{rest}")


async def until(condition: Callable[[], bool], every: float = _POLL) -> None:
    """Wait for a condition that nobody announces."""
    while not condition():  # noqa: ASYNC110 - processes of others tell nobody
        await asyncio.sleep(every)


def _is_server(pid: int, data: Path) -> bool:
    import psutil  # type: ignore[import-untyped]  # noqa: PLC0415 - comes with the wheel, if wanted

    # A dead process that nobody reaped still has its number, though no words any more; or another
    # process has taken it.
    try:
        return str(data) in psutil.Process(pid).cmdline()
    except psutil.Error:
        return False
