"""The servers of tests live as long as their run, whoever starts them."""

import subprocess
import sys
import threading

import psutil  # type: ignore[import-untyped]
import pytest

from tests.servers.process import ServerProcess

RUN = """
import time
from tests.servers.process import ServerProcess
print(ServerProcess(lambda _: ["sleep", "600"], is_ready=lambda: True).pid, flush=True)
time.sleep(600)
"""


def test_a_server_outlives_the_thread_that_started_it() -> None:
    """A test may start one again in a thread of its own."""
    servers: list[ServerProcess] = []

    def start() -> None:
        servers.append(ServerProcess(lambda _: ["sleep", "600"], is_ready=lambda: True))

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    try:
        with pytest.raises(psutil.TimeoutExpired):
            psutil.Process(servers[0].pid).wait(0.3)
    finally:
        servers[0].close()


@pytest.mark.skipif(sys.platform != "linux", reason="only the kernel of Linux sees to it")
def test_a_server_ends_with_a_run_that_is_killed() -> None:
    """Nothing is left behind by whoever loses patience."""
    with subprocess.Popen([sys.executable, "-c", RUN], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        server = psutil.Process(int(run.stdout.readline()))
        assert server.is_running()
        run.kill()
    psutil.wait_procs([server], timeout=5)
    assert not server.is_running()


def test_a_program_that_is_not_there_is_the_starters_error() -> None:
    """And no silence."""
    with pytest.raises(FileNotFoundError):
        ServerProcess(lambda _: ["no-such-program"], is_ready=lambda: True)
