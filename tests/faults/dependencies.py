"""The servers that may fail, each behind a proxy, and what may befall them."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import attrs
import psycopg
from psycopg.conninfo import conninfo_to_dict

from instagram_app.container.carried import CARRIED
from instagram_app.settings.values import Family
from tests.servers.cassandra import private_cassandra
from tests.servers.postgres import Databases, local_server
from tests.servers.proxy import Proxy
from tests.servers.rabbitmq import RabbitMQ
from tests.servers.seaweed import private_seaweed
from tests.servers.valkey import private_valkey

_FAMILY: Final = {
    "postgres": Family.RELATIONAL,
    "valkey": Family.LIMITS,
    "s3": Family.MEDIA,
    "amqp": Family.JOBS,
    "cassandra": Family.MESSAGES,
}
NAMES: Final = tuple(_FAMILY)
"""As guards and metrics call them."""
TITLES: Final = {
    "postgres": "PostgreSQL",
    "valkey": "Valkey",
    "s3": "S3",
    "amqp": "RabbitMQ",
    "cassandra": "Cassandra",
}


@attrs.frozen(kw_only=True)
class Dependency:
    """One running server, the proxy in front of it, and the settings that lead to the proxy."""

    name: str
    proxy: Proxy
    settings: Mapping[str, str]
    kill: Callable[[], None]
    restart: Callable[[], None]
    freeze: Callable[[], None]
    thaw: Callable[[], None]
    end: Callable[[], None]

    def close(self) -> None:
        """End the server and the proxy."""
        self.proxy.close()
        self.end()


def is_carried(name: str) -> bool:
    """Tell whether the app has an adapter for the server."""
    return {"cassandra": "cassandra"}.get(name, name) in CARRIED[_FAMILY[name]]


def start(name: str) -> Dependency:
    """Start a server of one's own."""
    return _STARTS[name]()


def _postgres() -> Dependency:
    server = local_server()
    name = asyncio.run(_durable_database(server.url))
    folder = Path(str(conninfo_to_dict(server.url)["host"]))
    proxy = Proxy(folder / ".s.PGSQL.5432")
    return Dependency(
        name="postgres",
        proxy=proxy,
        settings={"database_url": f"postgresql://tests@127.0.0.1:{proxy.port}/{name}"},
        kill=server.kill,
        restart=server.restart,
        freeze=server.freeze,
        thaw=server.thaw,
        end=server.close,
    )


async def _durable_database(url: str) -> str:
    # Servers of the tests forget what they acknowledged a moment before a kill; this one may not.
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as admin:
        await admin.execute("ALTER ROLE tests SET synchronous_commit = on")
    return str(conninfo_to_dict(await Databases(url).fresh())["dbname"])


def _valkey() -> Dependency:
    process, url = private_valkey()
    proxy = Proxy(_address(url))
    return Dependency(
        name="valkey",
        proxy=proxy,
        settings={"valkey_url": f"valkey://127.0.0.1:{proxy.port}"},
        kill=process.kill,
        restart=process.restart,
        freeze=process.freeze,
        thaw=process.thaw,
        end=process.close,
    )


def _s3() -> Dependency:
    store = private_seaweed()
    process = store.process
    assert process is not None
    proxy = Proxy(_address(store.endpoint))
    return Dependency(
        name="s3",
        proxy=proxy,
        settings={
            "s3_endpoint": f"http://127.0.0.1:{proxy.port}",
            "s3_bucket": "faults",
            "s3_access_key": store.access_key,
            "s3_secret_key": store.secret_key,
        },
        kill=process.kill,
        restart=process.restart,
        freeze=process.freeze,
        thaw=process.thaw,
        end=process.close,
    )


def _amqp() -> Dependency:
    broker = RabbitMQ()
    proxy = Proxy(("127.0.0.1", broker.port))
    return Dependency(
        name="amqp",
        proxy=proxy,
        settings={"amqp_url": f"amqp://guest:guest@127.0.0.1:{proxy.port}//"},
        kill=broker.kill,
        restart=broker.restart,
        freeze=broker.freeze,
        thaw=broker.thaw,
        end=broker.close,
    )


def _cassandra() -> Dependency:
    server = private_cassandra(is_durable=True)
    (node,) = server.nodes
    proxy = Proxy(server.hosts[0])
    return Dependency(
        name="cassandra",
        proxy=proxy,
        settings={
            "cassandra_hosts": f"127.0.0.1:{proxy.port}",
            "cassandra_keyspace": server.keyspace(),
        },
        kill=node.kill,
        restart=node.restart,
        freeze=node.freeze,
        thaw=node.thaw,
        end=server.close,
    )


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    assert parts.hostname is not None
    assert parts.port is not None
    return parts.hostname, parts.port


_STARTS: Final = {
    "postgres": _postgres,
    "valkey": _valkey,
    "s3": _s3,
    "amqp": _amqp,
    "cassandra": _cassandra,
}
