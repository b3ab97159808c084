"""RabbitMQ for tests: the address in INSTAGRAM_TEST_AMQP_URL, else a broker of this run.

Whoever shares a broker keeps apart by a prefix of its own for everything it declares.
"""

import atexit
import functools
import os
import secrets
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.servers.process import ServerProcess, answers, free_port

_SCRIPTS = ("/usr/lib/rabbitmq/bin",)
"""Where the distribution keeps the real scripts; those on PATH insist on an account of theirs."""
_ABSENT = (
    "no RabbitMQ: install `rabbitmq-server`, or name a broker in INSTAGRAM_TEST_AMQP_URL"
    " (amqp://guest:guest@127.0.0.1/)"
)
# The name service runs as a child of the broker, on a port of its own, and ends with it.
_START = """
    PATH="$PATH:/usr/sbin:/sbin"
    if command -v setpriv >/dev/null; then bound="setpriv --pdeathsig KILL"; fi
    ${bound-} epmd -port "$ERL_EPMD_PORT" -address 127.0.0.1 &
    exec "$0"
"""
_CONFIGURATION = """
listeners.tcp.local = 127.0.0.1:{port}
loopback_users = none
log.file.level = warning
disk_free_limit.absolute = 1MB
collect_statistics_interval = 60000
"""
_VIRTUAL_HOST = """
    rabbit_vhost:add(<<"NAME">>, <<"tests">>),
    rabbit_auth_backend_internal:set_permissions(
        <<"guest">>, <<"NAME">>, <<".*">>, <<".*">>, <<".*">>, <<"tests">>).
"""


class RabbitMQ:
    """One broker, with data that outlives a restart."""

    def __init__(self) -> None:
        """Start it; skips the test where there is none to start."""
        self._script = _script()
        self._port, self._epmd, self._distribution = free_port(), free_port(), free_port()
        self.url = f"amqp://guest:guest@127.0.0.1:{self._port}//"
        self._process = ServerProcess(
            self._command, is_ready=lambda: answers(self._port), seconds=90, env=self._env()
        )

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._port

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        self._process.kill()

    def freeze(self) -> None:
        """Stop it where it stands; the connections stay open."""
        self._process.freeze()

    def thaw(self) -> None:
        """Let it go on."""
        self._process.thaw()

    def restart(self) -> None:
        """Start it again on its data and its port."""
        self._process.restart()

    def close(self) -> None:
        """End it and remove its data."""
        self._process.close()

    def virtual_host(self) -> str:
        """Make a virtual host that nobody else uses, and give its URL."""
        name = secrets.token_hex(4)
        code = _VIRTUAL_HOST.replace("NAME", name)
        env = {"PATH": os.environ.get("PATH", os.defpath), **self._env()}
        subprocess.run(
            [Path(self._script).with_name("rabbitmqctl"), "eval", code],
            env=env | {"HOME": str(self._process.folder)},
            check=True,
            capture_output=True,
        )
        return f"amqp://guest:guest@127.0.0.1:{self._port}/{name}"

    def _command(self, folder: Path) -> Sequence[str | Path]:
        settings = _CONFIGURATION.format(port=self._port)
        (folder / "rabbitmq.conf").write_text(settings)
        (folder / "enabled_plugins").write_text("[].\n")
        (folder / "environment").write_text("")
        # All paths are relative to the folder, which is not known before.
        paths = {
            "HOME": folder,
            "RABBITMQ_BASE": folder,
            "RABBITMQ_CONF_ENV_FILE": folder / "environment",
            "RABBITMQ_CONFIG_FILE": folder / "rabbitmq.conf",
            "RABBITMQ_ENABLED_PLUGINS_FILE": folder / "enabled_plugins",
            "RABBITMQ_LOG_BASE": folder / "logs",
            "RABBITMQ_MNESIA_BASE": folder / "data",
            "RABBITMQ_PID_FILE": folder / "pid",
        }
        return ("env", *(f"{n}={v}" for n, v in paths.items()), "sh", "-c", _START, self._script)

    def _env(self) -> dict[str, str]:
        return {
            "ERL_EPMD_PORT": str(self._epmd),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"test{self._port}@localhost",
            "RABBITMQ_DIST_PORT": str(self._distribution),
            "RABBITMQ_ALLOW_INPUT": "true",  # the script becomes the broker, instead of its parent
            # Schedulers that spin while idle would take the processors of the tests.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                "-noinput +S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none"
            ),
        }


@functools.cache
def rabbitmq() -> str:
    """Give the address of the broker that the tests of this run share."""
    if url := os.environ.get("INSTAGRAM_TEST_AMQP_URL"):
        return url
    server = RabbitMQ()
    atexit.register(server.close)
    return server.url


def fresh_prefix() -> str:
    """Give a prefix for names on a shared broker that nobody else uses."""
    return f"test-{os.getpid()}-{secrets.token_hex(4)}"


def _script() -> str:
    folders = os.pathsep.join((*_SCRIPTS, os.environ.get("PATH", os.defpath), "/usr/sbin"))
    found = shutil.which("rabbitmq-server", path=folders)
    if found is None:
        pytest.skip(_ABSENT)
    return found
