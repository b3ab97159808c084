"""The app on five servers, by one command: `make run-full`.

Everything is kept in temporary folders and gone at the end.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.servers.profile import full_settings

_INSTAGRAM = ("-c", "import sys; from instagram_app.cli.main import main; sys.exit(main())")


def main() -> int:
    """Start the servers, the app and a worker; end them all at Ctrl-C."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="instagram-full-") as folder:
        _say("starting PostgreSQL, Valkey, SeaweedFS, RabbitMQ and Cassandra")
        try:
            settings = full_settings(Path(folder) / "data")
        except pytest.skip.Exception as missing:
            _say(str(missing.msg))
            return 1
        settings = {"data": str(Path(folder) / "data"), **settings}
        named = {f"INSTAGRAM_{name.upper()}": value for name, value in settings.items()}
        for name, value in named.items():
            _say(f"{name}={value}")
        environment = os.environ | named
        if _instagram(environment, "migrate").wait() != 0:
            return 1
        worker = _instagram(environment, "worker")
        serve = ("serve", "--no-worker", "--processes", str(arguments.processes))
        server = _instagram(environment, *serve, "--port", str(arguments.port))
        return _until_the_end(server, worker)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.servers", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="of the app (default: 8000)")
    parser.add_argument("--processes", type=int, default=2, help="HTTP processes (default: 2)")
    return parser.parse_args()


def _instagram(environment: dict[str, str], *arguments: str) -> "subprocess.Popen[bytes]":
    # In a session of its own: Ctrl-C reaches this program alone, which ends the others in order.
    return subprocess.Popen(
        [sys.executable, *_INSTAGRAM, *arguments], env=environment, start_new_session=True
    )


def _until_the_end(*processes: "subprocess.Popen[bytes]") -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        processes[0].wait()
    except KeyboardInterrupt:
        _say("stopping")
    for process in processes:
        process.terminate()
    return max(process.wait() for process in processes)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
