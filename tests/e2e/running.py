"""The app as its users start it: `instagram serve`, in a session of its own."""

import functools
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, Self
from urllib.parse import urlsplit

import attrs
import httpx

from tests.servers.profile import full_settings, is_full

_START = "import sys; from instagram_app.cli.main import main; sys.exit(main())"
_INSTAGRAM = (sys.executable, "-c", _START)


@attrs.frozen(kw_only=True)
class RunningApp:
    """One server process."""

    START_SECONDS: ClassVar[float] = 60
    STOP_SECONDS: ClassVar[float] = 20

    url: str
    process: "subprocess.Popen[str]"
    log: Path
    """Where its log went."""

    @classmethod
    def start(cls, folder: Path, *arguments: str, **settings: str) -> Self:
        """Start a server on `folder` and wait for the address it prints."""
        log = folder.parent / f"{folder.name}.log"
        servers = settings_in(folder) | settings
        words = arguments or _several()
        port = () if "--port" in words else ("--port", "0")
        process = start("serve", *port, *words, folder=folder, log=log, **servers)
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url.startswith("http://"), f"the app did not start: {log.read_text()[-2000:]}"
        return cls(url=url, process=process, log=log)

    def client(self, headers: Mapping[str, str] | None = None) -> httpx.Client:
        """Give a client of this server."""
        return httpx.Client(base_url=self.url, headers=headers, timeout=30, follow_redirects=True)

    def connect(self) -> socket.socket:
        """Give a bare connection."""
        address = urlsplit(self.url)
        return socket.create_connection((address.hostname, address.port), timeout=20)

    def kill(self) -> None:
        """End the process as a power cut would; its children end with it."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=self.STOP_SECONDS)

    def stop(self) -> int:
        """Ask the process to end; give its exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=self.STOP_SECONDS)
        finally:
            if self.process.poll() is None:
                os.killpg(self.process.pid, signal.SIGKILL)

    def defects(self) -> list[str]:
        """Give the log lines of what must never happen."""
        return [line for line in self.log.read_text().splitlines() if "failed unexpectedly" in line]


def start(*words: str, folder: Path, log: Path, **settings: str) -> "subprocess.Popen[str]":
    """Start a command, in a session of its own; its log is added to `log`."""
    with log.open("a") as stream:
        return subprocess.Popen(
            [*_INSTAGRAM, *words, "--data", str(folder)],
            env=_environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stream,
            text=True,
            start_new_session=True,
        )


def instagram(*words: str, folder: Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end."""
    return subprocess.run(
        [*_INSTAGRAM, *words, "--data", str(folder)],
        env=_environment(settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def settings_in(folder: Path) -> dict[str, str]:
    """Give the settings of the profile for an app in `folder`; none on the embedded one."""
    return dict(_servers(folder))


@functools.cache
def _servers(folder: Path) -> dict[str, str]:
    """Give the settings of the profile, its servers made ready for an app in `folder`."""
    if not is_full():
        return {}
    settings = dict(full_settings(folder))
    migrate = [*_INSTAGRAM, "migrate", "--data", str(folder)]
    subprocess.run(migrate, env=_environment(settings), check=True, stdout=subprocess.DEVNULL)
    return settings


def _several() -> tuple[str, ...]:
    return ("--processes", "2") if is_full() else ()


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    theirs = {name: value for name, value in os.environ.items() if not name.startswith("INSTAGRAM")}
    return theirs | {f"INSTAGRAM_{name.upper()}": value for name, value in settings.items()}


@contextmanager
def fresh_folder() -> Iterator[Path]:
    """Give a place for a data directory.

    Not below pytest's own: each start of pytest closes that to other users again, and PostgreSQL
    runs as one of them where the tests run as root.
    """
    with tempfile.TemporaryDirectory(prefix="instagram-e2e-") as folder:
        yield Path(folder) / "data"


@contextmanager
def running(folder: Path, *arguments: str, **settings: str) -> Iterator[RunningApp]:
    """Run an app for the length of a block; it must end well, without a defect in its log."""
    app = RunningApp.start(folder, *arguments, **settings)
    try:
        yield app
    finally:
        if app.process.poll() is None:
            code = app.stop()
            assert code == 0, app.log.read_text()[-2000:]
    assert app.defects() == []
