"""The app in a process of its own, for the pages that talk to it."""

import os
import selectors
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

SECONDS_TO_START = 60.0
SECONDS_TO_STOP = 20.0


def environment(home: Path) -> dict[str, str]:
    """Give the environment of somebody who has just installed the app, with this home folder."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("INSTAGRAM_")}
    return ours | {
        "HOME": str(home),
        "INSTAGRAM_DATA": str(home / "data"),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "XDG_DATA_HOME": str(home),
    }


def free_port() -> int:
    """Give a port that nobody listens on, below those that clients are given."""
    for port in range(20_000 + os.getpid() % 10_000, 32_768):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise AssertionError("no port is free between 20000 and 32768")


@contextmanager
def serving(command: Sequence[str], home: Path) -> Iterator[str]:
    """Start a server, give the address it prints, and end its whole session afterwards."""
    with (home / "server.log").open("ab") as log:
        process = subprocess.Popen(
            command,
            cwd=home,
            env=environment(home),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
    try:
        assert process.stdout is not None
        address = _first_line(process.stdout)
        assert address.startswith("http://"), f"{address!r}\n{(home / 'server.log').read_text()}"
        yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.communicate(timeout=SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise


def _first_line(stream: IO[bytes]) -> str:
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        assert selector.select(SECONDS_TO_START), "the server did not print its address in time"
    return stream.readline().decode().strip()
