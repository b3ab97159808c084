"""Where a benchmark plays: a PostgreSQL of its own, the app on it, and bare servers beside."""

import asyncio
import os
import pickle
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import attrs
import psycopg

from instagram_core.accounts.model import Role, UserId
from instagram_core.accounts.service import Device
from instagram_core.assembly import Services, assemble
from instagram_core.kernel.clock import SystemClock
from instagram_core.kernel.ids import UuidV7Generator
from instagram_core.memory.system import InMemorySystem
from instagram_postgres.database import Parameters, PostgresDatabase
from instagram_postgres.embedded import EmbeddedPostgres
from instagram_postgres.family import postgres_family
from instagram_postgres.pool import Row
from instagram_postgres.schema import PostgresSchema

SECRET: Final = "benchmark-secret-0123456789abcdef"


Statement = tuple[str, dict[str, Any]]


class RecordingDatabase(PostgresDatabase):
    """Notes every statement, so that a bare server can run the very same."""

    def __init__(self, url: str) -> None:
        """Work as a database does."""
        super().__init__(url)
        self.statements: list[Statement] = []

    async def fetch(
        self,
        sql: str,
        parameters: Parameters | None = None,
        *,
        repeatable: bool = False,
        binary: bool = False,
    ) -> list[Row]:
        """Note the statement and run it."""
        self.statements.append((sql, dict(parameters or {})))
        return await super().fetch(sql, parameters, repeatable=repeatable, binary=binary)


INSTAGRAM: Final = "import sys; from instagram_app.cli.main import main; sys.exit(main())"


@attrs.frozen(kw_only=True)
class Stage:
    """A database with the app's schema, and the use cases over it in this process."""

    url: str
    services: Services
    database: RecordingDatabase
    connection: psycopg.Connection = attrs.field(repr=False)
    """For loading data."""

    async def token(self, user: UserId) -> str:
        """Sign somebody in."""
        sessions = self.services.accounts.sessions
        _, token = await sessions.start(user, Role.USER, Device())
        return token

    def people(self, many: int) -> list[UserId]:
        """Give the first loaded people."""
        rows = self.connection.execute(
            "SELECT id FROM users WHERE username LIKE 'person%%' ORDER BY created_at LIMIT %s",
            [many],
        )
        return [UserId(row[0]) for row in rows]

    async def recorded(self, work: Awaitable[object]) -> list[Statement]:
        """Give the statements that a piece of work runs: its round trips."""
        self.database.statements.clear()
        await work
        return list(self.database.statements)


@asynccontextmanager
async def staged() -> AsyncIterator[Stage]:
    """Give a stage in a temporary folder: the embedded server, with all its durability."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="instagram-bench-"))
        server = await stack.enter_async_context(EmbeddedPostgres.open(Path(folder)))
        await PostgresSchema(server.url).apply()
        database = RecordingDatabase(server.url)
        await database.start()
        stack.push_async_callback(database.close)
        clock = SystemClock()
        system = await stack.enter_async_context(InMemorySystem.open(clock, SECRET.encode()))
        family = postgres_family(database, clock, UuidV7Generator(clock))
        connection = stack.enter_context(psycopg.connect(server.url, autocommit=True))
        yield Stage(
            url=server.url,
            services=assemble(attrs.evolve(system.ports, relational=family)),
            database=database,
            connection=connection,
        )


@asynccontextmanager
async def app_on(url: str, folder: Path) -> AsyncIterator[int]:
    """Give the port of `instagram serve` without worker and limits, on a database."""
    environment = {
        "INSTAGRAM_DATABASE_URL": url,
        "INSTAGRAM_DATA": str(folder),
        "INSTAGRAM_SECRET_KEY": SECRET,
        "INSTAGRAM_LIMITS": "off",
        "INSTAGRAM_LOG_LEVEL": "warning",
    }
    words = (sys.executable, "-c", INSTAGRAM, "serve", "--port", "0", "--no-worker")
    async with process(words, environment) as first_line:
        yield urlsplit(first_line).port or 0


@asynccontextmanager
async def bare_on(url: str, statements: Sequence[Statement]) -> AsyncIterator[int]:
    """Give the port of a bare Sanic server (see `bare.py`) that runs statements on a database."""
    words = (sys.executable, "-m", "benchmarks.bare")
    order = pickle.dumps((url, list(statements)))
    async with process(words, {}, order) as first_line:
        yield int(first_line)


@asynccontextmanager
async def process(
    words: tuple[str, ...], environment: Mapping[str, str], feed: bytes = b""
) -> AsyncIterator[str]:
    """Run a server in a session of its own; give the first line it printed, stop it afterwards."""
    running = await asyncio.create_subprocess_exec(
        *words,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, **environment},
        start_new_session=True,
    )
    assert running.stdin is not None
    assert running.stdout is not None
    running.stdin.write(feed)
    running.stdin.write_eof()
    try:
        first_line = (await running.stdout.readline()).decode().strip()
        assert first_line, f"{words[-1]} ended without a word; what it said on stderr is above"
        yield first_line
    finally:
        with suppress(ProcessLookupError):  # it ended by itself
            running.send_signal(signal.SIGTERM)
        await running.wait()
