"""How long a person waits: the first start, a restart, `--help`."""

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.report import Line
from benchmarks.stage import INSTAGRAM, process

_ROUNDS: Final = 3
_HELPS: Final = 10
_FIRST_SECONDS: Final = 4.0
_AGAIN_SECONDS: Final = 2.0
_HELP_MILLISECONDS: Final = 150


async def measure() -> Sequence[Line]:
    """Give the lines of starting."""
    first, again = [], []
    for _ in range(_ROUNDS):
        with tempfile.TemporaryDirectory(prefix="instagram-bench-") as folder:
            first.append(await _start(Path(folder) / "data"))
            again.append(await _start(Path(folder) / "data"))
    help_ms = await asyncio.to_thread(_help)
    return [
        _line("first start to ready, empty directory", first, "s", _FIRST_SECONDS),
        _line("restart to ready", again, "s", _AGAIN_SECONDS),
        _line("instagram --help", help_ms, "ms", _HELP_MILLISECONDS),
    ]


def _line(what: str, times: Sequence[float], unit: str, most: float) -> Line:
    middle = statistics.median(times)
    return Line(
        what=what,
        ours=middle,
        unit=unit,
        target=f"≤ {most:g} {unit}",
        is_met=middle <= most,
        note=f"slowest {max(times):.3g} {unit}",
    )


async def _start(data: Path) -> float:
    begun = time.perf_counter()
    words = (sys.executable, "-c", INSTAGRAM, "serve", "--port", "0", "--data", str(data))
    async with process(words, {"INSTAGRAM_LOG_LEVEL": "warning"}) as first_line:
        took = time.perf_counter() - begun
        assert first_line.startswith("http://"), first_line
    return took


def _help() -> list[float]:
    words = (str(Path(sys.executable).with_name("instagram")), "--help")
    times = []
    for _ in range(_HELPS):
        begun = time.perf_counter()
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
        times.append((time.perf_counter() - begun) * 1000)
    return times
