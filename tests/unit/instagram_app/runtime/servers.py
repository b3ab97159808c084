"""Servers and workers as processes of their own."""

import json
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import httpx

from tests.unit.instagram_app.cli.running import command, environment
from tests.unit.instagram_app.memory_app import MEMORY

SECONDS_TO_STOP = 20.0


@attrs.frozen
class Running:
    """A process that was started."""

    process: subprocess.Popen[str]
    log: Path

    def first_line(self) -> str:
        """Give the first line of standard output, or nothing if it ends without one."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and give the exit code."""
        self.process.send_signal(number)
        return self.process.wait(SECONDS_TO_STOP)

    def events(self) -> list[dict[str, Any]]:
        """Give what was logged."""
        lines = self.log.read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]


@contextmanager
def running(
    folder: Path, *arguments: str, settings: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """Run the program while the block runs; in memory unless settings say otherwise."""
    log = folder / f"log-{time.monotonic_ns()}"
    with log.open("w") as errors:
        process = subprocess.Popen(
            command(*arguments),
            cwd=folder,
            env=environment(folder, MEMORY if settings is None else settings),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
    try:
        yield Running(process, log)
    finally:
        process.kill()
        process.communicate()


def status_of(url: str) -> int:
    """Give the status of an answer; httpx.TransportError when there is none."""
    return httpx.get(url, timeout=10).status_code
