"""How the contracts open Cassandra: a keyspace of the run, and a server that may be taken away."""

import asyncio
import atexit
import functools
import os
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from instagram_core.kernel.errors import AdapterUnavailable
from instagram_scylla.connection import ScyllaSettings
from instagram_scylla.schema import ScyllaSchema
from instagram_scylla.session import ScyllaSession
from tests.servers.cassandra import HOSTS, CassandraServer, cassandra, private_cassandra


def server() -> CassandraServer:
    """Give the server for what takes nothing away: that of the environment if there is one."""
    # Else the private one: each takes a gigabyte and ten seconds.
    return cassandra() if HOSTS in os.environ else durable_server()


@functools.cache
def shared() -> ScyllaSettings:
    """Give a migrated keyspace there; what tests keep in it has ids of its own."""
    return _migrated(server())


@functools.cache
def durable_server() -> CassandraServer:
    """Give the server of those tests that kill, freeze and restart: a kill loses no write."""
    server = private_cassandra(is_durable=True)
    atexit.register(server.close)
    return server


@functools.cache
def durable() -> ScyllaSettings:
    """Give a migrated keyspace of that server."""
    return _migrated(durable_server())


@asynccontextmanager
async def outage() -> AsyncIterator[None]:
    """Kill that server, and start it again on its data."""
    (node,), loop = durable_server().nodes, asyncio.get_running_loop()
    await loop.run_in_executor(_thread(), node.kill)
    try:
        yield
    finally:
        await loop.run_in_executor(_thread(), node.restart)


async def until_it_answers(session: ScyllaSession) -> None:
    """Return as soon as a session has found its server."""
    while True:
        try:
            return await session.ping()
        except AdapterUnavailable:
            await asyncio.sleep(0.05)


@functools.cache
def _thread() -> ThreadPoolExecutor:
    # One for the whole run: a server ends with the thread that started it.
    return ThreadPoolExecutor(1)


def _migrated(server: CassandraServer) -> ScyllaSettings:
    settings = ScyllaSettings(hosts=server.hosts, keyspace=server.keyspace())
    # In a thread, because a test asks for it within a loop of its own.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, ScyllaSchema(settings).apply()).result()
    return settings
