"""What a server brings back from its disk, or from another server, has missed changes: not used."""

import asyncio
from collections.abc import Coroutine
from contextlib import ExitStack
from typing import Any

import pytest

from instagram_core.kernel.clock import SystemClock
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.limits.model import Limit
from instagram_valkey.client import ValkeyClient
from instagram_valkey.connection import life_of
from instagram_valkey.doctor import examine
from instagram_valkey.feed.former import FormerLives
from instagram_valkey.limits import ValkeyRateLimiter
from instagram_valkey.scripts import Script
from tests.contract.valkey.opening import Way
from tests.contract.valkey.stores import Stores, found
from tests.servers.process import ServerProcess
from tests.servers.valkey import private_valkey


def live(life: "Coroutine[Any, Any, None]") -> None:
    """Run a test."""
    asyncio.run(asyncio.wait_for(life, 60))


def started(stack: ExitStack, *options: str) -> tuple[ServerProcess, str]:
    """Give a server that ends with the test."""
    server, url = private_valkey(*options)
    stack.callback(server.close)
    return server, url


@pytest.mark.parametrize(
    "options", [(), ("--appendonly", "yes", "--appendfsync", "everysec")], ids=["snapshot", "log"]
)
def test_what_was_read_from_disk_is_not_there(options: tuple[str, ...]) -> None:
    """Though the server has it again: pushes, drops and bumps that came after it are missing."""

    async def life(server: ServerProcess, url: str) -> None:
        async with ValkeyClient.open(url, seconds=2) as client:
            stores = await Stores.filled(client)
            before, old = await client.life(), await stores.now()
            await client.call("SAVE")
            await stores.timelines.push(stores.posts[1], [stores.reader])
            await stores.cache.bump(["ann"])
            server.kill()
            server.restart()
            await found(client)

            back = await client.call("KEYS", "*")
            assert any(before.encode() in key for key in back), "there is something to be misled by"
            assert before != await client.life()
            assert await stores.are_empty()
            await stores.keep(old)
            assert await stores.are_empty()
            assert old < await stores.now()
            await stores.rebuild(stores.posts)
            window = await stores.timelines.window(stores.reader, None, 5)
            assert window is not None
            assert window.entries == tuple(reversed(stores.posts))

    with ExitStack() as stack:
        live(life(*started(stack, *options)))


async def follow(client: ValkeyClient, primary: str | None) -> None:
    """Make a server the replica of another, and wait until it has all, or make it a primary."""
    if primary is None:
        await client.call("REPLICAOF", "NO", "ONE")
        return
    host, _, port = primary.rpartition("/")[2].partition(":")
    await client.call("REPLICAOF", host, port)
    async with asyncio.timeout(20):
        told = b""
        while b"master_link_status:up" not in told:
            await asyncio.sleep(0.05)
            told = await client.call("INFO", "replication")


def test_what_a_replica_has_is_not_there_when_it_takes_over() -> None:
    """Nor what the first one gets back from it, though that never ended."""

    async def life(first: str, second: str) -> None:
        way = Way(first)
        await way.clear()
        async with (
            ValkeyClient.open(way.url, seconds=2) as client,
            ValkeyClient.open(first, seconds=2) as to_first,
            ValkeyClient.open(second, seconds=2) as to_second,
        ):
            stores, lives = await Stores.filled(client), [await client.life()]
            await follow(to_second, first)
            for url, promoted, demoted in (
                (second, to_second, to_first),
                (first, to_first, to_second),
            ):
                old = await stores.now()
                await way.cut()
                await follow(promoted, None)
                await follow(demoted, url)
                way.lead_to(url)
                await way.clear()
                await found(client)

                back = await client.call("KEYS", "*")
                assert any(lives[-1].encode() in key for key in back)
                lives.append(await client.life())
                assert await stores.are_empty()
                await stores.keep(old)
                assert await stores.are_empty()
                await stores.rebuild(stores.posts[:1])
                await stores.keep(await stores.now())
                assert not await stores.are_empty()
            assert len(set(lives)) == len(lives)
        await way.cut()

    with ExitStack() as stack:
        live(life(started(stack)[1], started(stack)[1]))


def test_what_is_left_of_former_lives_is_removed_by_one_process() -> None:
    """And nothing else: neither the present life's, nor what is of no feed."""

    async def life(server: ServerProcess, url: str) -> None:
        async with (
            ValkeyClient.open(url, seconds=2) as client,
            ValkeyClient.open(url, seconds=2) as other,
        ):
            await Stores.filled(client)
            await client.call("SET", client.key("limit"), 1)
            left = len(await client.call("KEYS", client.key("{feed}", "*")))
            await client.call("SAVE")
            server.kill()
            server.restart()
            await asyncio.gather(found(client), found(other))
            stores = await Stores.filled(client)

            removers = [FormerLives(client), FormerLives(other)]
            removed = await asyncio.gather(*(each.remove() for each in removers * 2))
            assert sorted(removed) == [0, 0, 0, left]
            assert not await stores.are_empty()
            assert await client.call("GET", client.key("limit")) == b"1"
            keys = await client.call("KEYS", client.key("{feed}", "*"))
            present = client.key("{feed}", await client.life(), "").encode()
            assert [key for key in keys if not key.startswith(present)] == []
            assert await client.call("TTL", present + b"tidied") > FormerLives.TAKEN_SECONDS

    with ExitStack() as stack:
        live(life(*started(stack)))


def test_of_two_connections_none_stays_in_an_old_life() -> None:
    """The first one that leads elsewhere ends the others; nothing made for one is done in two."""

    async def life(first: str, second: str) -> None:
        way = Way(first)
        await way.clear()
        async with ValkeyClient.open(way.url, seconds=2, connections=2) as client:
            old, limiter = await client.life(), ValkeyRateLimiter(client)
            way.lead_to(second)
            limit = Limit(action="like", subject="ann", attempts=100, seconds=60)
            answers = []
            for _ in range(50):
                try:
                    await limiter.acquire([limit])
                    answers.append(await client.life())
                except AdapterUnavailable:
                    await asyncio.sleep(0.01)
            assert answers[-1] != old
            assert old not in answers[answers.index(answers[-1]) :]
            with pytest.raises(AdapterUnavailable, match="another life"):
                await client.call("SET", "key", "value", life=old)
            with pytest.raises(AdapterUnavailable, match="another life"):
                await client.run(Script("return 1", "0" * 40), [], life=old)
            assert await client.call("GET", "key", life=answers[-1]) is None
        await way.cut()

    with ExitStack() as stack:
        live(life(started(stack)[1], started(stack)[1]))


def test_a_user_who_may_not_see_info_keeps_no_feeds() -> None:
    """It could not be told what is old. All else works, and the doctor says what to allow."""

    async def life(url: str) -> None:
        async with ValkeyClient.open(url, seconds=2) as client:
            await client.call("ACL", "SETUSER", "app", "on", ">secret", "~*", "+@all", "-info")
        url = url.replace("://", "://app:secret@")
        async with ValkeyClient.open(url, seconds=2) as client:
            limit = Limit(action="like", subject="ann", attempts=1, seconds=60)
            assert (await ValkeyRateLimiter(client).acquire([limit])).is_allowed
            for _ in range(2):
                with pytest.raises(AdapterUnavailable, match="INFO"):
                    await Stores.filled(client)
        with pytest.raises(AdapterUnavailable, match="NOPERM"):
            await examine(url, SystemClock())

    with ExitStack() as stack:
        live(life(started(stack)[1]))


def test_a_life_is_named_by_what_changes_with_it() -> None:
    """And by nothing else that the server tells."""
    server = b"# Server\r\nrun_id:aa\r\nuptime_in_seconds:%d\r\n"
    replication = b"role:master\r\nmaster_replid:%b\r\nmaster_replid2:cc\r\n"
    told = [server % 1, replication % b"bb"]
    assert life_of(told) == life_of([server % 2, replication % b"bb"])
    assert life_of(told) != life_of([server % 1, replication % b"dd"])
    assert life_of(told) != life_of([server.replace(b"aa", b"ee") % 1, replication % b"bb"])
    assert len(life_of([b"run_id:aa\r\n"])) == len(life_of(told))
    assert life_of([b"role:master\r\n", None]) == ""
