"""Where feeds are measured: a PostgreSQL, a Valkey or none, and the app over them as it is run."""

import asyncio
import os
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import attrs
import psutil  # type: ignore[import-untyped]
import psycopg

from benchmarks.stage import INSTAGRAM, SECRET, process
from instagram_app.container.application import Application
from instagram_app.container.opening import open_application
from instagram_app.settings.load import load_settings
from instagram_postgres.embedded import EmbeddedPostgres
from instagram_postgres.schema import PostgresSchema
from instagram_valkey.client import ValkeyClient
from tests.servers.valkey import private_valkey

MANY: Final = "100000/60"
"""A limit that is judged like any other, and that nobody reaches."""
NEVER_PULLED: Final = 1_000_000_000
_READY_SECONDS: Final = 60


@attrs.frozen(kw_only=True)
class Arena:
    """Servers of a benchmark's own, in a temporary folder."""

    url: str
    """Of PostgreSQL."""
    valkey: str | None
    """None: the embedded profile, timelines in the memory of the one process."""
    folder: Path
    connection: psycopg.Connection = attrs.field(repr=False)
    """For loading data, and for looking."""

    @property
    def profile(self) -> str:
        """Give the name of the profile."""
        return "embedded" if self.valkey is None else "full"

    @property
    def connected(self) -> "Callable[[], Any]":
        """Give a client of Valkey for a block; only where there is one."""
        assert self.valkey is not None
        url = self.valkey
        return lambda: ValkeyClient.open(url, seconds=10)

    def environment(self, settings: Mapping[str, object]) -> dict[str, str]:
        """Give the settings of the app, limits being judged and never reached."""
        given = {
            "database_url": self.url,
            "valkey_url": self.valkey,
            "data": self.folder / "data",
            "secret_key": SECRET,
            "limit_feed": MANY,
            "limit_post": MANY,
            "limit_all": MANY,
            "log_level": "warning",
            "log_format": "json",
            **settings,
        }
        return {
            f"INSTAGRAM_{name.upper()}": str(value)
            for name, value in given.items()
            if value is not None
        }

    def cpu(self) -> float:
        """Give the seconds of CPU that processes of `serve` took so far."""
        return _cpu_of(self.folder)

    @asynccontextmanager
    async def serving(
        self, settings: Mapping[str, object], *, processes: int = 1, has_worker: bool = False
    ) -> AsyncIterator[int]:
        """Give the port of `instagram serve`."""
        words = ["serve", "--port", "0", "--processes", str(processes)]
        words += [] if has_worker else ["--no-worker"]
        command = (sys.executable, "-c", INSTAGRAM, *words)
        async with process(command, self.environment(settings)) as first_line:
            yield urlsplit(first_line).port or 0

    @asynccontextmanager
    async def working(self, settings: Mapping[str, object]) -> AsyncIterator[Callable[[], float]]:
        """Run one worker process; give how many seconds of CPU it took so far.

        With Valkey that is `instagram worker`; without, the one process that also serves.
        """
        if self.valkey is None:
            async with self.serving(settings, has_worker=True):
                yield self.cpu
            return
        running = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", INSTAGRAM, "worker"),
            env={**os.environ, **self.environment({**settings, "log_level": "info"})},
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        assert running.stderr is not None
        try:
            async with asyncio.timeout(_READY_SECONDS):
                while b'"ready"' not in await running.stderr.readline():
                    assert running.returncode is None, "the worker did not start"
            forwarding = asyncio.create_task(_forward(running.stderr))
            watched = psutil.Process(running.pid)
            yield lambda: sum(watched.cpu_times()[:2])
            forwarding.cancel()
        finally:
            running.terminate()
            await running.wait()

    @asynccontextmanager
    async def opened(self, settings: Mapping[str, object]) -> AsyncIterator[Application]:
        """Give the application of this process, wired as `serve` wires it."""
        read = load_settings(self.environment({**settings, "data": self.folder / "own"}))
        async with open_application(read, is_alone=False) as application:
            yield application


@asynccontextmanager
async def arena(*, has_valkey: bool = True) -> AsyncIterator[Arena]:
    """Give servers with nothing in them: PostgreSQL with all its durability, Valkey in memory."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="instagram-bench-")))
        server = await stack.enter_async_context(EmbeddedPostgres.open(folder / "postgres"))
        await PostgresSchema(server.url).apply()
        valkey = None
        if has_valkey:
            running, valkey = private_valkey()
            stack.callback(running.close)
        connection = stack.enter_context(psycopg.connect(server.url, autocommit=True))
        yield Arena(url=server.url, valkey=valkey, folder=folder, connection=connection)


async def used_memory(client: ValkeyClient) -> int:
    """Give the bytes that the server uses."""
    told = (await client.call("INFO", "memory")).decode()
    found = re.search(r"used_memory:(\d+)", told)
    assert found is not None
    return int(found[1])


async def _forward(lines: asyncio.StreamReader) -> None:
    while line := await lines.readline():
        if b'"info"' not in line:
            sys.stderr.buffer.write(line)


def _cpu_of(folder: Path) -> float:
    """Give the CPU of processes of the app whose data are in a folder; those of PostgreSQL not."""
    found = 0.0
    for each in psutil.process_iter(["cmdline", "environ"]):
        words = " ".join(each.info["cmdline"] or ())
        if "cli.child" in words:
            data = (each.info["environ"] or {}).get("INSTAGRAM_DATA")
            times = each.cpu_times()
            found += times.user + times.system if data == str(folder / "data") else 0
    return found
