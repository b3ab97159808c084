"""The front proxy for tests: Debian's nginx with the configuration that operators get."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs
import pytest

from tests.servers.process import ServerProcess, answers, free_port

CONFIGURATION = Path(__file__).parents[2] / "deploy" / "nginx.conf"
_SKIPPED = "this test needs nginx 1.22 or later on the PATH (Debian: apt-get install nginx-light)"
# Folders that a package would have made.
_PLACES = "".join(
    f"    {name}_temp_path {name}_temp;\n"
    for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
)


@attrs.frozen
class Proxy:
    """A running nginx."""

    port: int
    server: ServerProcess

    @property
    def url(self) -> str:
        """Give its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def site(self) -> Path:
        """Give the folder of files that it serves by itself."""
        return self.server.folder / "site" / "static"

    def log(self) -> str:
        """Give what it has logged."""
        return (self.server.folder / "log").read_text()


@contextmanager
def nginx_before(port: int) -> Iterator[Proxy]:
    """Run nginx in front of a server of this machine, for the length of a block."""
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.skip(_SKIPPED)
    own = free_port()

    def command(folder: Path) -> list[str | Path]:
        (folder / "site" / "static").mkdir(parents=True)
        (folder / "nginx.conf").write_text(_adapted(own, port, folder))
        rights = "user root; " if os.geteuid() == 0 else ""
        words = f"{rights}daemon off; pid nginx.pid; error_log stderr warn;"
        return [program, "-p", folder, "-c", folder / "nginx.conf", "-g", words]

    server = ServerProcess(command, is_ready=lambda: answers(own))
    try:
        yield Proxy(own, server)
    finally:
        server.close()


def _adapted(own: int, port: int, folder: Path) -> str:
    """Give the configuration with the addresses and folders of this run."""
    text = CONFIGURATION.read_text()
    for line, ours in (
        ("listen 80 default_server;", f"listen 127.0.0.1:{own} default_server;"),
        ("server app:8000 max_fails=0;", f"server 127.0.0.1:{port} max_fails=0;"),
        ("root /srv/instagram;", f"root {folder / 'site'};"),
        ("worker_processes auto;", "worker_processes 1;"),
        ("worker_rlimit_nofile 65536;", ""),
        ("worker_connections 16384;", "worker_connections 512;"),
        ("http {\n", f"http {{\n{_PLACES}"),
    ):
        assert text.count(line) == 1, line
        text = text.replace(line, ours)
    return text
