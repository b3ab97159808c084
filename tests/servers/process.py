"""A server of the tests: a process with a folder of its own, to be killed, frozen and restarted."""

import ctypes
import functools
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue

import psutil  # type: ignore[import-untyped]

_PR_SET_PDEATHSIG = 1
_THIS_PROGRAM = ctypes.CDLL(None)  # before any fork: loading takes locks
_LOWEST_PORT = 20_000
_EPHEMERAL = 32_768  # from here on a client that connects to a free port may meet itself


class ServerProcess:
    """One running server; everything it keeps is in `folder`, which goes with it."""

    def __init__(
        self,
        command: Callable[[Path], Sequence[str | Path]],
        *,
        is_ready: Callable[[], bool],
        seconds: float = 30,
        env: Mapping[str, str] | None = None,
    ) -> None:
        """Start what `command` gives for the folder, and wait until `is_ready`."""
        self.folder = Path(tempfile.mkdtemp(prefix="instagram-test-"))
        self._command = [str(part) for part in command(self.folder)]
        self._is_ready = is_ready
        self._seconds = seconds
        self._env = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", **(env or {})}
        try:
            self._process = self._started()
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    @property
    def pid(self) -> int:
        """Give the process that runs now."""
        return self._process.pid

    def kill(self) -> None:
        """End it at once and with all its children, as a power cut does."""
        for process in self._family():
            with suppress(psutil.NoSuchProcess):  # it ended with its parent
                process.kill()
        self._process.wait()

    def freeze(self) -> None:
        """Stop every process of it where it stands; the connections stay open."""
        for process in self._family():
            process.suspend()

    def thaw(self) -> None:
        """Let it go on."""
        for process in self._family():
            process.resume()

    def restart(self) -> None:
        """Start it again on its data and its port, after `kill`."""
        self._process = self._started()

    def close(self) -> None:
        """End it and remove its folder; twice is fine."""
        if self._process.poll() is None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _family(self) -> list[psutil.Process]:
        try:
            main = psutil.Process(self._process.pid)
            return [main, *main.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def _started(self) -> "subprocess.Popen[bytes]":
        process = _starter().submit(self._spawned)
        deadline = time.monotonic() + self._seconds
        while time.monotonic() < deadline and process.poll() is None:
            if self._is_ready():
                return process
            time.sleep(0.02)
        process.kill()
        process.wait()
        told = (self.folder / "log").read_text(errors="replace")[-3000:]
        raise RuntimeError(f"{self._command[0]} did not become ready:\n{told}")

    def _spawned(self) -> "subprocess.Popen[bytes]":
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                self._command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._env,
                start_new_session=True,
                preexec_fn=_end_with_us,  # noqa: PLW1509 - a single call into the kernel
            )


class _Starter:
    """Starts processes in a thread that lasts until the run ends.

    For the kernel it is the thread that is a process's parent: what a shorter one has started ends
    with that.
    """

    def __init__(self) -> None:
        """Start the thread. Nobody waits for it: what it started is closed while it lives."""
        self._orders: SimpleQueue[Callable[[], None]] = SimpleQueue()
        threading.Thread(target=self._run, name="servers", daemon=True).start()

    def submit(self, start: "Callable[[], subprocess.Popen[bytes]]") -> "subprocess.Popen[bytes]":
        """Give what `start` gives there."""
        started: Future[subprocess.Popen[bytes]] = Future()

        def order() -> None:
            try:
                started.set_result(start())
            except BaseException as error:  # noqa: BLE001 - whoever asked is told
                started.set_exception(error)

        self._orders.put(order)
        return started.result()

    def _run(self) -> None:
        while True:
            self._orders.get()()


@functools.cache
def _starter() -> _Starter:
    return _Starter()


def free_port() -> int:
    """Give a port that nobody listens on, below those that clients are given."""
    while True:
        port = random.randrange(_LOWEST_PORT, _EPHEMERAL)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def answers(port: int) -> bool:
    """Tell whether somebody listens on a port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _end_with_us() -> None:
    # A run that is killed cannot end its servers; on Linux the kernel does.
    if sys.platform == "linux":
        _THIS_PROGRAM.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
