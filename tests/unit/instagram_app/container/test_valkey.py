"""Valkey is chosen by its address, and need not be there when the app starts."""

import asyncio
from pathlib import Path

import pytest

from instagram_app.container.errors import AdapterRefused
from tests.servers.process import free_port
from tests.servers.valkey import private_valkey, valkey
from tests.unit.instagram_app.memory_app import memory_application

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
