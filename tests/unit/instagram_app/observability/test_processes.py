"""The numbers of several processes are one."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from instagram_app.observability.processes import VARIABLE, NumbersOfProcesses

COUNTING = """
import sys
from instagram_app.observability.metrics import Metrics

many = int(sys.argv[1])
metrics, calls = Metrics(), {"answered": many, "failed": 0, "abandoned": 0, "refused": 0}
metrics.watch_pool(lambda: {"pool_size": many})
metrics.watch_dependencies(lambda: {"valkey": {"open": many % 2, "running": many} | calls})
metrics.requests.labels("GET", "/livez", 200).observe(0.5)
metrics.publish()
metrics.publish()
calls["answered"] += 1
metrics.publish()
print(metrics.exposition().decode(), flush=True)
sys.stdin.read()
"""
POOL = 'instagram_database_pool{number="pool_size"}'
CALLS = 'instagram_dependency_calls_total{dependency="valkey",outcome="answered"}'
STATE = 'instagram_dependency_state{dependency="valkey"}'
REQUESTS = 'instagram_request_seconds_count{method="GET",route="/livez",status="200"}'


def counting(folder: Path, many: int) -> tuple["subprocess.Popen[str]", dict[str, float]]:
    """Give a process that counts, and what it tells."""
    process = subprocess.Popen(
        [sys.executable, "-c", COUNTING, str(many)],
        env={**os.environ, VARIABLE: str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    told = {}
    while found := re.match(r"(\S+?(?:\{.*\})?) (\S+)$", line := process.stdout.readline()) or (
        line.startswith("#")
    ):
        if isinstance(found, re.Match):
            told[found[1]] = float(found[2])
    return process, told


def test_any_process_tells_the_sum_and_the_dead_are_counted_on(tmp_path: Path) -> None:
    """Counters for ever; what was true of a process, such as its pool, while it lives."""
    with NumbersOfProcesses.kept(is_needed=True) as numbers:
        folder = Path(numbers.environment[VARIABLE])
        first, _ = counting(folder, 3)
        second, told = counting(folder, 4)
        assert (told[POOL], told[CALLS], told[STATE], told[REQUESTS]) == (7, 3 + 1 + 4 + 1, 1, 2)

        first.communicate()
        numbers.forget(first.pid)
        third, told = counting(folder, 10)
        assert (told[POOL], told[CALLS], told[STATE], told[REQUESTS]) == (14, 20, 0, 3)
        for process in (second, third):
            process.communicate()
    assert not folder.exists()
    assert tmp_path.exists()


def test_a_folder_that_was_given_loses_what_the_dead_have_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The living, such as a worker of its own, keep theirs."""
    dead = subprocess.Popen(["true"])
    dead.wait()
    for name in (f"counter_{dead.pid}.db", f"counter_{os.getpid()}.db", "other"):
        (tmp_path / name).touch()
    monkeypatch.setenv(VARIABLE, str(tmp_path))

    with NumbersOfProcesses.kept(is_needed=False) as numbers:
        assert numbers.environment == {VARIABLE: str(tmp_path)}

    assert {path.name for path in tmp_path.iterdir()} == {f"counter_{os.getpid()}.db", "other"}


def test_one_process_has_its_numbers_to_itself() -> None:
    """No files, nothing in its environment."""
    with NumbersOfProcesses.kept(is_needed=False) as numbers:
        assert numbers.environment == {}
        numbers.forget(1)
