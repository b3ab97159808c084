"""Valkey is chosen by its address, and need not be there when the app starts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from instagram_app.container.application import Application
from instagram_app.container.errors import AdapterRefused
from instagram_app.container.valkey_checks import valkey_checks
from instagram_app.settings.load import load_settings
from instagram_core.accounts.errors import SessionInvalidError
from instagram_core.accounts.service import SignedIn
from instagram_core.assembly.handlers import handlers_of
from instagram_core.jobs.service import Worker
from tests.servers.postgres import wheel_databases
from tests.servers.process import free_port
from tests.servers.valkey import private_valkey, valkey
from tests.unit.instagram_app.memory_app import memory_application
from tests.unit.instagram_core.world import Silence

SECONDS = 5


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (None, "needs INSTAGRAM_VALKEY_URL"),
        ("valkey://:hidden@h/first", "INSTAGRAM_VALKEY_URL: the database .* is a whole number"),
        ("valkeys://:hidden@h?ssl_ca_certs=/nowhere", "INSTAGRAM_VALKEY_URL: .*No such file"),
    ],
)
def test_what_cannot_be_opened_is_refused(tmp_path: Path, url: str | None, words: str) -> None:
    """The sentence names the setting, and shows no password."""
    chosen = {} if url is None else {"valkey_url": url}

    async def life() -> None:
        settings = {"adapter_limits": "valkey", "adapter_timelines": "memory", **chosen}
        async with memory_application(tmp_path, **settings):
            pass

    with pytest.raises(AdapterRefused, match=words) as refused:
        asyncio.run(life())
    assert "hidden" not in str(refused.value)


def test_two_processes_share_their_limits(tmp_path: Path) -> None:
    """Chosen by the address alone."""

    async def counted() -> int:
        settings = {"valkey_url": valkey(), "adapter_timelines": "memory"}
        async with memory_application(tmp_path, **settings) as application:
            assert application.limits is not None
            return (await application.limits.by_user(f"user {tmp_path}")).remaining

    assert asyncio.run(counted()) == asyncio.run(counted()) + 1


def test_an_app_starts_without_its_valkey_and_takes_it_up_when_it_comes(tmp_path: Path) -> None:
    """Limits are counted in the process meanwhile."""
    port = free_port()
    settings = {"valkey_url": f"valkey://127.0.0.1:{port}", "adapter_timelines": "memory"}

    async def life() -> None:
        async with memory_application(tmp_path, **settings) as application:
            limits = application.limits
            assert limits is not None
            remaining = [(await limits.by_user("ann")).remaining for _ in range(4)]
            assert remaining == [999, 998, 997, 996]
            server, _ = await asyncio.to_thread(private_valkey, port=port)
            try:
                async with asyncio.timeout(SECONDS):
                    while (await limits.by_user("ann")).remaining != 999:  # noqa: ASYNC110 - nobody tells
                        await asyncio.sleep(0.1)
            finally:
                server.close()

    asyncio.run(life())


def checked(url: str | None) -> list[tuple[str, str, str]]:
    """Give what the doctor says of a server: state, finding, advice."""
    settings = load_settings({} if url is None else {"INSTAGRAM_VALKEY_URL": url})

    async def run() -> list[tuple[str, str, str]]:
        return [(one.state, one.finding, one.advice) async for one in valkey_checks(settings)]

    return asyncio.run(run())


def test_the_doctor_looks_at_no_server_that_nobody_named() -> None:
    """Memory needs no doctor."""
    assert checked(None) == []


def test_the_doctor_says_what_a_user_must_be_allowed() -> None:
    """One who may not see INFO keeps no feeds."""
    server, url = private_valkey("--user", "app", "on", ">secret", "~*", "+@all", "-info")
    try:
        ((state, finding, advice),) = checked(url.replace("://", "://app:secret@"))
    finally:
        server.close()

    assert state == "failed"
    assert "NOPERM" in finding
    assert "INFO" in advice


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--maxmemory", "50mb", "--maxmemory-policy", "noeviction"), []),
        (("--maxmemory", "50mb", "--maxmemory-policy", "volatile-ttl"), []),
        (("--maxmemory", "50mb", "--maxmemory-policy", "volatile-lru"), ["warning"]),
        (("--maxmemory", "50mb", "--maxmemory-policy", "allkeys-lru"), ["failed"]),
        ((), ["warning"]),
    ],
)
def test_the_doctor_says_what_a_full_server_would_do(
    options: tuple[str, ...], expected: list[str]
) -> None:
    """One that throws limits away is none to rely on."""
    server, url = private_valkey(*options)
    try:
        (state, finding, _), *others = checked(url)
    finally:
        server.close()

    assert state == "ok"
    assert finding.split()[0] in {"Valkey", "Redis"}
    assert [one[0] for one in others] == expected
    assert all("maxmemory" in one[2] for one in others)


def test_the_doctor_tells_a_server_that_is_away() -> None:
    """And shows no password."""
    ((state, finding, advice),) = checked(f"valkey://:hidden@127.0.0.1:{free_port()}")

    assert state == "failed"
    assert "cannot be reached" in finding
    assert "INSTAGRAM_VALKEY_URL" in advice
    assert "hidden" not in finding


@asynccontextmanager
async def two_processes(folder: Path, url: str, other_url: str) -> AsyncIterator[list[Application]]:
    """Give two applications on one database, each with its way to Valkey."""
    words = conninfo_to_dict(await wheel_databases().fresh())
    database = f"postgresql://{words['user']}@/{words['dbname']}?host={words['host']}"
    settings = {"adapter_relational": "postgres", "database_url": database}
    async with (
        memory_application(folder, **settings, valkey_url=url) as one,
        memory_application(folder, **settings, valkey_url=other_url) as other,
    ):
        yield [one, other]


async def is_in(application: Application, token: str) -> bool:
    """Tell whether a token lets in."""
    try:
        await application.services.accounts.sessions.authenticate(token)
    except SessionInvalidError:
        return False
    return True


async def somebody(application: Application) -> SignedIn:
    """Open an account."""
    return await application.services.accounts.sign_in.register(
        username="ada", email="ada@example.org", password="long enough"
    )


def test_a_session_that_one_process_ends_is_ended_in_all(tmp_path: Path) -> None:
    """Also by what an operator does beside the server, at once; and PostgreSQL is asked nothing."""

    async def life() -> None:
        async with two_processes(tmp_path, valkey(), valkey()) as (one, other):
            ada = await somebody(one)
            for _ in range(3):
                assert [await is_in(one, ada.token), await is_in(other, ada.token)] == [True, True]
            await one.services.accounts.administration.suspend(ada.user_id)
            assert not await is_in(other, ada.token)

    asyncio.run(life())


def test_a_copy_that_could_not_be_forgotten_is_forgotten_by_a_job(tmp_path: Path) -> None:
    """By a worker that reaches Valkey, where the process that ended the session did not."""

    async def life() -> None:
        nowhere = f"valkey://127.0.0.1:{free_port()}"
        async with two_processes(tmp_path, nowhere, valkey()) as (one, other):
            ada = await somebody(one)
            assert await is_in(other, ada.token)
            assert await is_in(other, ada.token)
            await one.services.accounts.sessions.end(ada.user_id, ada.session.id)
            assert not await is_in(one, ada.token)
            await drained(other)
            assert not await is_in(other, ada.token)

    asyncio.run(life())


async def drained(application: Application) -> None:
    """Work off all jobs, as a worker of the application's process does."""
    worker = Worker(
        queue=application.relational.jobs,
        handlers=handlers_of(application.services),
        observer=Silence(),
        queues=("default",),
    )
    await worker.run_until_idle()
