"""The profiles that an app of the tests can run on, chosen by INSTAGRAM_TEST_PROFILE.

`embedded` is what an app without settings runs on; `full` is five servers, of which each data
directory gets a part of its own: what starts again on the same directory finds it again.
"""

import asyncio
import atexit
import functools
import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

from psycopg.conninfo import conninfo_to_dict

from tests.servers.cassandra import cassandra
from tests.servers.postgres import other_databases
from tests.servers.rabbitmq import RabbitMQ
from tests.servers.seaweed import seaweed
from tests.servers.valkey import private_valkey


def is_full() -> bool:
    """Tell whether apps run on five servers; another profile than the two is refused."""
    name = os.environ.get("INSTAGRAM_TEST_PROFILE", "embedded")
    assert name in {"embedded", "full"}, f"INSTAGRAM_TEST_PROFILE is {name!r}"
    return name == "full"


@functools.cache
def full_settings(folder: Path) -> Mapping[str, str]:
    """Give the settings of an app in `folder`: a part of each server that is its own."""
    store, nodes = seaweed(), cassandra()
    return {
        "database_url": _as_url(asyncio.run(other_databases().fresh(migrated=False))),
        "valkey_url": _valkey_of_its_own(),
        "s3_endpoint": store.endpoint,
        "s3_bucket": nodes.keyspace().replace("_", "-"),
        "s3_access_key": store.access_key,
        "s3_secret_key": store.secret_key,
        "amqp_url": _broker().virtual_host(),
        "cassandra_hosts": ",".join(f"{host}:{port}" for host, port in nodes.hosts),
        "cassandra_keyspace": nodes.keyspace(),
    }


def _as_url(database: str) -> str:
    return f"postgresql://?{urlencode(conninfo_to_dict(database))}"


def _valkey_of_its_own() -> str:
    # A server starts in no time, and has no more than sixteen databases.
    server, url = private_valkey()
    atexit.register(server.close)
    return url


@functools.cache
def _broker() -> RabbitMQ:
    # Never one of the environment: virtual hosts are made by a program beside the broker.
    broker = RabbitMQ()
    atexit.register(broker.close)
    return broker
