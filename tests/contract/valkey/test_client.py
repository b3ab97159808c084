"""The client keeps calls apart, together and within their time, and gets in wherever it may."""

import asyncio
import gc
import hashlib
import subprocess
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from libvalkey import ReplyError

from instagram_core.kernel.errors import AdapterClosed, AdapterUnavailable
from instagram_valkey.client import ValkeyClient
from instagram_valkey.scripts import Script
from tests.contract.valkey.opening import Way
from tests.loops import OnLoop
from tests.servers.process import ServerProcess, free_port
from tests.servers.valkey import fresh_prefix, private_valkey, valkey

Life = Callable[[ValkeyClient], Coroutine[Any, Any, None]]


def live(
    life: Life,
    url: str | None = None,
    on_loop: OnLoop = asyncio.run,
    **how: Any,  # noqa: ANN401 - of `open`
) -> None:
    """Run a life with an open client, which waits for longer than a busy machine takes."""
    how = {"seconds": 2, "prefix": fresh_prefix(), **how}

    async def run() -> None:
        async with ValkeyClient.open(url or valkey(), **how) as client:
            await life(client)

    on_loop(run())


@contextmanager
def private(*options: str) -> Iterator[tuple[ServerProcess, str]]:
    """Give a server of one's own."""
    server, url = private_valkey(*options)
    try:
        yield server, url
    finally:
        server.close()


def test_calls_of_one_turn_travel_together_and_keep_their_order(on_loop: OnLoop) -> None:
    """A thousand at once are answered each with its own, by one or two connections."""

    async def life(client: ValkeyClient) -> None:
        key = client.key("count")
        counted = await asyncio.gather(*(client.call("INCR", key) for _ in range(1000)))
        assert sorted(counted) == list(range(1, 1001))
        echoes = await asyncio.gather(*(client.call("ECHO", n) for n in range(1000)))
        assert echoes == [b"%d" % n for n in range(1000)]
        listed = (await client.call("CLIENT", "LIST")).decode().splitlines()
        assert (
            1 <= len([line for line in listed if "cmd=client" in line or "cmd=echo" in line]) <= 2
        )

    with private() as (_, url):
        live(life, url, on_loop)


def test_a_call_at_any_turn_of_the_first_dial_is_answered(on_loop: OnLoop) -> None:
    """Also at the one in which that has just ended."""

    async def later(client: ValkeyClient, turns: int) -> object:
        for _ in range(turns):
            await asyncio.sleep(0)
        return await client.call("ECHO", turns)

    async def life(client: ValkeyClient) -> None:
        answers = await asyncio.gather(*(later(client, turns) for turns in range(100)))
        assert answers == [b"%d" % turns for turns in range(100)]

    for _ in range(5):
        live(life, on_loop=on_loop)


def test_replies_are_as_the_server_gives_them(on_loop: OnLoop) -> None:
    """None, numbers, bytes, lists within lists; an error among others hurts nobody else."""

    async def life(client: ValkeyClient) -> None:
        key = client.key("value")
        assert await client.call("GET", key) is None
        assert await client.call("SET", key, b"\0\xff\r\n") == b"OK"
        assert await client.call("GET", key) == b"\0\xff\r\n"
        assert await client.call("EXISTS", key) == 1
        nested = await client.run(Script("return {1, {'a', false}}", "0" * 40), [])
        assert nested == [1, [b"a", None]]
        commands = (("ECHO", "1"), ("LPUSH", key, 1), ("ECHO", "2"))
        calls = [client.call(*command) for command in commands]
        answers = await asyncio.gather(*calls, return_exceptions=True)
        assert [answers[0], answers[2]] == [b"1", b"2"]
        assert isinstance(answers[1], ReplyError)
        big = b"x" * 3_000_000
        await client.call("SET", key, big)
        assert await client.call("GET", key) == big

    live(life, on_loop=on_loop, seconds=5)


def test_commands_travel_with_the_script_after_them(on_loop: OnLoop) -> None:
    """Also when the server does not know the script yet; an error of one is the error of all."""

    async def life(client: ValkeyClient) -> None:
        key, body = client.key("count"), "return redis.call('GET', KEYS[1])"
        digest = hashlib.sha1(body.encode(), usedforsecurity=False).hexdigest()
        script = Script(body, digest)
        for count in (b"1", b"1"):
            commands = [("SET", key, 1), ("ECHO", "x")]
            replies = await client.run_after(commands, script, [key])
            assert replies == [b"OK", b"x", count]
        with pytest.raises(ReplyError, match="not an integer"):
            await client.run_after([("SET", key, "a"), ("INCR", key)], script, [key])
        assert await client.run(script, [key]) == b"a"
        for _ in range(20):
            call = asyncio.create_task(client.run_after([("ECHO", "theirs")], script, [key]))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            call.cancel()
            assert await client.call("ECHO", "mine") == b"mine"

    live(life, on_loop=on_loop, connections=1)


def test_a_server_that_goes_leaves_no_error_behind(caplog: pytest.LogCaptureFixture) -> None:
    """Of calls that travelled together one is told, and nobody waits for the others."""

    async def life(client: ValkeyClient) -> None:
        with private() as (server, url):
            async with ValkeyClient.open(url, seconds=1, connections=1) as lost:
                await lost.call("PING")
                server.freeze()
                script = Script("return 1", "0" * 40)
                call = asyncio.create_task(lost.run_after([("ECHO", 1), ("ECHO", 2)], script, []))
                await asyncio.sleep(0.01)
                server.kill()
                with pytest.raises(AdapterUnavailable):
                    await call
        del call
        gc.collect()

    live(life)
    assert not [record for record in caplog.records if "never retrieved" in record.message]


def test_a_cancelled_call_leaves_its_reply_to_nobody(on_loop: OnLoop) -> None:
    """The next caller gets its own."""

    async def life(client: ValkeyClient) -> None:
        for _ in range(20):
            call = asyncio.create_task(client.call("ECHO", "of the one who left"))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            call.cancel()
            assert await client.call("ECHO", "mine") == b"mine"

    live(life, on_loop=on_loop, connections=1)


def test_a_late_reply_is_given_to_nobody(on_loop: OnLoop) -> None:
    """A call that ran out of time takes its connection with it."""

    async def life(client: ValkeyClient) -> None:
        with private() as (server, url):
            async with ValkeyClient.open(url, seconds=0.5, connections=1) as slow:
                assert await slow.call("ECHO", "early") == b"early"
                server.freeze()
                began = time.monotonic()
                calls = [slow.call("ECHO", f"late {n}") for n in range(50)]
                late = await asyncio.gather(*calls, return_exceptions=True)
                assert time.monotonic() - began < 2
                assert {AdapterUnavailable} == {type(one) for one in late}
                assert isinstance(late[0], AdapterUnavailable)
                assert isinstance(late[0].__cause__, TimeoutError)
                server.thaw()
                echoes = await asyncio.gather(*(slow.call("ECHO", n) for n in range(50)))
                assert echoes == [b"%d" % n for n in range(50)]

    live(life, on_loop=on_loop)


def test_calls_beyond_what_may_wait_are_refused_at_once() -> None:
    """A server that stopped answering does not fill the memory."""

    async def run() -> None:
        with private() as (server, url):
            async with ValkeyClient.open(url, seconds=1, connections=1) as client:
                await client.call("PING")
                server.freeze()
                calls = [asyncio.create_task(client.call("PING")) for _ in range(5000)]
                await asyncio.sleep(0)
                await asyncio.sleep(0)
                refused = [call for call in calls if call.done()]
                assert len(refused) == 3000
                server.thaw()
                answers = await asyncio.gather(*calls, return_exceptions=True)
                assert answers.count(b"PONG") == 2000

    asyncio.run(run())


def test_an_epoch_begins_with_every_loss_and_every_return(on_loop: OnLoop) -> None:
    """Whoever kept something there learns that it may be older than they think."""

    async def run() -> None:
        way = Way(valkey())
        await way.clear()
        async with ValkeyClient.open(way.url) as client:
            await client.call("PING")
            first, began = client.epoch, client.epoch_began
            await way.cut()
            with pytest.raises(AdapterUnavailable):
                await asyncio.gather(*(client.call("PING") for _ in range(3)))
            second = client.epoch
            await way.clear()
            await client.call("PING")
            assert first < second < client.epoch
            assert began < client.epoch_began
        await way.cut()

    on_loop(run())


def test_a_closed_client_says_so_to_those_who_wait_too(on_loop: OnLoop) -> None:
    """Closing does not wait for a server that does not answer."""

    async def run() -> None:
        with private() as (server, url):
            async with ValkeyClient.open(url, seconds=5) as client:
                await client.call("PING")
                server.freeze()
                waiting = asyncio.create_task(client.call("PING"))
                await asyncio.sleep(0.01)
                await client.close()
                with pytest.raises(AdapterClosed):
                    await waiting
                with pytest.raises(AdapterClosed):
                    await client.call("PING")

    on_loop(run())


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (("CONFIG", "SET", "maxmemory", "1"), "OOM"),
        (("REPLICAOF", "127.0.0.1", "1"), "READONLY"),
    ],
)
def test_refusals_that_pass_are_unavailable(trouble: tuple[str, ...], words: str) -> None:
    """Outside a script and inside one; reading goes on where it can."""

    async def life(client: ValkeyClient) -> None:
        script = Script("return redis.call('SET', KEYS[1], 'x')", "0" * 40)
        await client.run(script, ["key"])
        await client.call(*trouble)
        for call in (client.call("SET", "key", "x"), client.run(script, ["key"])):
            with pytest.raises(AdapterUnavailable, match=words) as refused:
                await call
            assert isinstance(refused.value.__cause__, ReplyError)

    with private() as (_, url):
        live(life, url)


def test_a_user_with_a_password_gets_in_to_a_database_of_its_own() -> None:
    """Name, password and number come from the address; others are refused, without the password."""

    async def life(client: ValkeyClient) -> None:
        await client.call("ACL", "SETUSER", "ann", "on", ">p@ss:word", "~*", "+@all")
        await client.call("ACL", "SETUSER", "default", ">hidden")
        port = client._dialling.address.port
        address = f"127.0.0.1:{port}"
        async with ValkeyClient.open(f"valkey://ann:p%40ss%3Aword@{address}/3") as ann:
            assert await ann.call("ACL", "WHOAMI") == b"ann"
            assert b" db=3 " in await ann.call("CLIENT", "INFO")
        async with ValkeyClient.open(f"redis://:hidden@{address}?db=2") as default:
            assert await default.call("ACL", "WHOAMI") == b"default"
        for url in (
            f"valkey://ann:wrong-one@{address}",
            f"valkey://ann:p%40ss%3Aword@{address}/99",
        ):
            async with ValkeyClient.open(url) as nobody:
                with pytest.raises(AdapterUnavailable, match="lets nobody in") as refused:
                    await nobody.call("PING")
                assert "wrong-one" not in f"{refused.value} {refused.value.__cause__}"
                assert "wrong-one" not in repr(nobody._dialling)

    with private() as (_, url):
        live(life, url)


def test_a_unix_socket_is_a_way_in(tmp_path: Path, on_loop: OnLoop) -> None:
    """With a number behind it."""
    path = tmp_path / "socket"

    async def life(client: ValkeyClient) -> None:
        assert b" db=5 " in await client.call("CLIENT", "INFO")

    with private("--unixsocket", str(path)):
        live(life, f"unix://{path}?db=5", on_loop)


def test_an_encrypted_way_in_needs_a_certificate_that_is_trusted(
    tmp_path: Path, on_loop: OnLoop
) -> None:
    """Else nothing is sent; unless the address says not to look."""
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-keyout", str(key), "-out", str(certificate), "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
        ],
        check=True,
        capture_output=True,
    )
    port = free_port()
    files = ("--tls-cert-file", str(certificate), "--tls-key-file", str(key))
    options = ("--tls-port", str(port), *files, "--tls-auth-clients", "no")

    async def life(client: ValkeyClient) -> None:
        assert await client.call("PING") == b"PONG"

    async def refused(client: ValkeyClient) -> None:
        with pytest.raises(AdapterUnavailable):
            await client.call("PING")

    with private(*options):
        address = f"127.0.0.1:{port}"
        live(life, f"valkeys://{address}?ssl_ca_certs={certificate}", on_loop, seconds=1)
        live(life, f"rediss://{address}?ssl_cert_reqs=none", on_loop, seconds=1)
        live(refused, f"valkeys://{address}", on_loop, seconds=1)


@pytest.mark.parametrize(
    "url",
    [
        "http://:hidden@h",
        "valkey://:hidden@h/a",
        "valkey://:hidden@h?x=1",
        "valkey://:hidden@h:x",
        "valkey://:hidden/x@h",
        "valkey://:hidden#x@h",
        "valkey://:[hidden]@h",
    ],
)
def test_an_address_that_is_none_is_refused_without_its_password(url: str) -> None:
    """Before anything is connected."""

    async def life(_: ValkeyClient) -> None:
        pytest.fail("it was opened")

    with pytest.raises(ValueError, match=r".+") as refused:
        live(life, url)
    assert "hidden" not in str(refused.value)


def test_one_connection_is_enough_where_the_server_gives_no_more() -> None:
    """Another one is asked for now and then, and not with every call."""

    async def life(client: ValkeyClient) -> None:
        assert await client.call("PING") == b"PONG"
        await client.call("CONFIG", "SET", "maxclients", 1)
        for connection in client._living[1:]:
            connection.close()
        for _ in range(300):
            assert await client.call("PING") == b"PONG"
        stats = (await client.call("INFO", "stats")).decode().splitlines()
        rejected = next(line for line in stats if line.startswith("rejected_connections"))
        assert int(rejected.partition(":")[2]) <= 3

    with private() as (_, url):
        live(life, url)
