"""Cassandra chosen by the app's settings."""

import asyncio
from pathlib import Path

import pytest

from instagram_app.container.cassandra import cassandra_checks, open_cassandra
from instagram_app.container.checks import Check, State
from instagram_app.container.errors import AdapterRefused
from instagram_app.container.migrations import migrate, planned
from instagram_app.resilience.guards import Guards
from instagram_app.settings.table import Settings
from instagram_core.accounts.model import UserId
from instagram_core.kernel.errors import AdapterUnavailable
from tests.contract.scylla.opening import server, until_it_answers
from tests.unit.instagram_app.memory_app import memory_application, memory_settings


def test_an_operator_migrates_and_is_told_how_things_are(tmp_path: Path) -> None:
    """The doctor says what to do before, and that all is well after."""

    async def run() -> None:
        settings = _settings(tmp_path)
        before = [check async for check in cassandra_checks(settings)]
        assert {"run `instagram migrate`"} == {check.advice for check in _failed(before)}
        pending = await planned(settings)
        assert pending[0] == "cassandra 0001_author_timelines"

        assert pending == await migrate(settings)

        assert await planned(settings) == await migrate(settings) == ()
        after = [check async for check in cassandra_checks(settings)]
        assert {State.OK} == {check.state for check in after}
        async with Guards() as guards, open_cassandra(settings, guards) as session:
            assert session is not None
            await until_it_answers(session)

    asyncio.run(run())


def test_an_app_without_its_cassandra_starts_and_works(tmp_path: Path) -> None:
    """What needs it is refused, nothing else notices, and the doctor names the setting."""

    async def run() -> None:
        nobody = {"cassandra_hosts": "127.0.0.1:1"}
        settings = memory_settings(tmp_path, **nobody)
        async with memory_application(tmp_path, **nobody) as application:
            reader = UserId(application.ids.new())
            assert (await application.timelines.cache.look(reader, "home")).page is None
        async with Guards() as guards, open_cassandra(settings, guards) as session:
            assert session is not None
            for _ in range(5):
                with pytest.raises(AdapterUnavailable):
                    await session.ping()
            assert guards.of("cassandra").is_open
        (check,) = [check async for check in cassandra_checks(settings)]
        assert check.state is State.FAILED
        assert "INSTAGRAM_CASSANDRA_HOSTS" in check.advice

    asyncio.run(run())


@pytest.mark.parametrize(
    ("named", "setting"),
    [
        ({"adapter_messages": "cassandra"}, "INSTAGRAM_CASSANDRA_HOSTS"),
        (
            {"cassandra_hosts": "127.0.0.1:1", "cassandra_keyspace": "not; plain"},
            "INSTAGRAM_CASSANDRA_KEYSPACE",
        ),
    ],
)
def test_a_start_that_cannot_be_names_the_setting(
    tmp_path: Path, named: dict[str, str], setting: str
) -> None:
    """Before anything is opened that would have to be closed."""

    async def run() -> None:
        async with memory_application(tmp_path, **named):
            pass

    with pytest.raises(AdapterRefused, match=setting):
        asyncio.run(run())


def test_without_hosts_nothing_is_opened(tmp_path: Path) -> None:
    """Messages are PostgreSQL's then."""

    async def run() -> None:
        settings = memory_settings(tmp_path)
        async with Guards() as guards, open_cassandra(settings, guards) as session:
            assert session is None
        assert [check async for check in cassandra_checks(settings)] == []

    asyncio.run(run())


def _settings(folder: Path) -> Settings:
    hosts = ",".join(f"{host}:{port}" for host, port in server().hosts)
    return memory_settings(folder, cassandra_hosts=hosts, cassandra_keyspace=server().keyspace())


def _failed(checks: list[Check]) -> list[Check]:
    return [check for check in checks if check.state is State.FAILED]
