"""Cassandra for tests: what the environment names, or one that this run starts.

The first of these that is there: INSTAGRAM_TEST_CASSANDRA_HOSTS (`host:port,host:port`, whose
keyspaces of this run are dropped in the end), the program `cassandra` or `scylla`, the jars of
Maven (downloaded once, kept in the user's cache), a container. Each node of a cluster has a
loopback address of its own.
"""

import atexit
import functools
import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import attrs
import pytest

from tests.servers.process import ServerProcess, free_port

HOSTS: Final = "INSTAGRAM_TEST_CASSANDRA_HOSTS"
_VERSION: Final = "5.0.6"
_IMAGE: Final = f"cassandra:{_VERSION}"
_SECONDS: Final = 120
_HOW: Final = (
    f"no Cassandra: set {HOSTS}, or install Java 17 and Maven (Debian: openjdk-17-jre-headless "
    "and maven), or start Docker"
)
_POM: Final = f"""\
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>instagram.tests</groupId><artifactId>cassandra</artifactId><version>1</version>
  <dependencies><dependency>
    <groupId>org.apache.cassandra</groupId><artifactId>cassandra-all</artifactId>
    <version>{_VERSION}</version>
  </dependency></dependencies>
</project>
"""
_EXPORTED: Final = (
    "java.base/java.lang.ref",
    "java.base/jdk.internal.misc",
    "java.base/jdk.internal.ref",
    "java.base/sun.nio.ch",
    "java.management.rmi/com.sun.jmx.remote.internal.rmi",
    "java.rmi/sun.rmi.registry",
    "java.rmi/sun.rmi.server",
    "java.rmi/sun.rmi.transport.tcp",
    "java.sql/java.sql",
    "jdk.unsupported/sun.misc",
)
_OPENED: Final = (
    "java.base/java.io",
    "java.base/java.lang",
    "java.base/java.lang.module",
    "java.base/java.lang.reflect",
    "java.base/java.math",
    "java.base/java.net",
    "java.base/java.nio",
    "java.base/java.util",
    "java.base/java.util.concurrent",
    "java.base/java.util.concurrent.atomic",
    "java.base/jdk.internal.loader",
    "java.base/jdk.internal.math",
    "java.base/jdk.internal.module",
    "java.base/jdk.internal.ref",
    "java.base/jdk.internal.reflect",
    "java.base/jdk.internal.util.jar",
    "java.base/sun.nio.ch",
    "jdk.management/com.sun.management.internal",
)
"""Parts of Java that Cassandra reaches into: without them it does not start."""

_LOGGING: Final = """\
<configuration>
  <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%date %level %msg%n</pattern></encoder>
  </appender>
  <root level="WARN"><appender-ref ref="out"/></root>
</configuration>
"""


@attrs.frozen
class CassandraServer:
    """Some nodes that belong to the tests, and keyspaces on them."""

    hosts: tuple[tuple[str, int], ...]
    nodes: tuple[ServerProcess, ...] = ()
    """What may be killed, frozen and restarted; nothing of a server from the environment."""
    _numbers: "itertools.count[int]" = attrs.field(factory=itertools.count, repr=False)

    def keyspace(self) -> str:
        """Give the name of a keyspace that nobody has."""
        return f"instagram_test_{os.getpid()}_{next(self._numbers)}"

    def close(self) -> None:
        """End the nodes; twice is fine."""
        for node in self.nodes:
            node.close()


@functools.cache
def cassandra() -> CassandraServer:
    """Give the server that the run shares: for keyspaces of one's own, never to be killed."""
    if HOSTS in os.environ:
        server = CassandraServer(tuple(_address(one) for one in os.environ[HOSTS].split(",")))
        atexit.register(_drop_all, server)
        return server
    if _Node("", (), 0, 0, is_durable=False).command() is None and (made := _container()):
        return made
    server = private_cassandra()
    atexit.register(server.close)
    return server


def private_cassandra(*, nodes: int = 1, is_durable: bool = False) -> CassandraServer:
    """Start a server that a test may kill, freeze and restart; close it.

    `is_durable`: a write is on the disk before it is acknowledged, so a kill loses none.
    """
    storage, native = free_port(), free_port()
    cluster = tuple(f"127.0.0.{number}" for number in range(1, nodes + 1))
    started: list[ServerProcess] = []
    try:
        for address in cluster:
            node = _Node(address, cluster, storage, native, is_durable)
            if (command := node.command()) is None:
                pytest.skip(_HOW)
            ready = functools.partial(_speaks, address, native)
            started.append(ServerProcess(command, is_ready=ready, seconds=_SECONDS))
    except BaseException:
        for process in started:
            process.close()
        raise
    return CassandraServer(tuple((address, native) for address in cluster), tuple(started))


@attrs.frozen
class _Node:
    """Where one node of a cluster of ours will listen, and how it keeps its log."""

    address: str
    cluster: tuple[str, ...]
    storage: int
    native: int
    is_durable: bool

    def command(self) -> Callable[[Path], Sequence[str | Path]] | None:
        """Give what starts it in a folder; None when nothing is installed that could."""
        program, scylla, java = (shutil.which(name) for name in ("cassandra", "scylla", "java"))
        if program:
            return lambda folder: self._configured(
                folder, program, "-f", "-R", *_properties(folder)
            )
        if scylla:
            return functools.partial(self._scylla, scylla)
        if java and (jars := _jars()):
            return lambda folder: self._configured(folder, *_java(java, jars, folder))
        return None

    def _scylla(self, program: str, folder: Path) -> list[str | Path]:
        return [
            *(program, "--developer-mode", "1", "--smp", "1", "--memory", "512M"),
            *("--workdir", folder, "--api-address", self.address),
            *("--listen-address", self.address, "--rpc-address", self.address),
            *("--seed-provider-parameters", "seeds=127.0.0.1"),
            *("--storage-port", str(self.storage), "--native-transport-port", str(self.native)),
            *("--commitlog-sync", "batch" if self.is_durable else "periodic"),
        ]

    def _configured(self, folder: Path, *command: str | Path) -> Sequence[str | Path]:
        (folder / "conf").mkdir(exist_ok=True)
        # Every JSON document is a YAML one.
        settings = json.dumps(self._settings(folder), indent=2)
        (folder / "conf" / "cassandra.yaml").write_text(settings)
        (folder / "conf" / "logback.xml").write_text(_LOGGING)
        return command

    def _settings(self, folder: Path) -> dict[str, object]:
        seeds = {
            "class_name": "org.apache.cassandra.locator.SimpleSeedProvider",
            # All are seeds, or those who come later would have to move data to themselves first.
            "parameters": [{"seeds": ",".join(f"{one}:{self.storage}" for one in self.cluster)}],
        }
        periodic = {"commitlog_sync": "periodic", "commitlog_sync_period": "10000ms"}
        return {
            "cluster_name": "tests",
            "partitioner": "org.apache.cassandra.dht.Murmur3Partitioner",
            "num_tokens": 4,
            "data_file_directories": [f"{folder}/data"],
            **{f"{one}_directory": f"{folder}/{one}" for one in ("commitlog", "hints", "cdc_raw")},
            "saved_caches_directory": f"{folder}/caches",
            "seed_provider": [seeds],
            "listen_address": self.address,
            "rpc_address": self.address,
            "storage_port": self.storage,
            "native_transport_port": self.native,
            "endpoint_snitch": "SimpleSnitch",
            "auto_snapshot": False,  # or every dropped keyspace stays on the disk
            "concurrent_reads": 8,
            "concurrent_writes": 8,
            "memtable_heap_space": "64MiB",
            "memtable_offheap_space": "64MiB",
            **({"commitlog_sync": "batch"} if self.is_durable else periodic),
        }


def _container() -> CassandraServer | None:
    """Give a server in a container, for the run; None when no engine answers."""
    docker = shutil.which("docker")
    if (
        docker is None
        or subprocess.run([docker, "info"], capture_output=True, check=False).returncode
    ):
        return None
    port, name = free_port(), f"instagram-test-cassandra-{os.getpid()}"
    heap = ("-e", "MAX_HEAP_SIZE=512m", "-e", "HEAP_NEWSIZE=100m")
    published = ("-p", f"127.0.0.1:{port}:9042")
    subprocess.run(
        [docker, "run", "-d", "--rm", "--name", name, *published, *heap, _IMAGE], check=True
    )
    atexit.register(subprocess.run, [docker, "kill", name], capture_output=True)
    deadline = time.monotonic() + _SECONDS
    while not _speaks("127.0.0.1", port):
        if time.monotonic() > deadline:
            raise RuntimeError(f"the container {name} did not become ready")
        time.sleep(0.2)
    return CassandraServer((("127.0.0.1", port),))


def _java(java: str, jars: Path, folder: Path) -> list[str | Path]:
    return [
        *(java, "-Xms512m", "-Xmx512m", "-Xss512k", "-XX:+UseSerialGC"),
        *("-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Djdk.attach.allowAttachSelf=true"),
        *(f"--add-exports={name}=ALL-UNNAMED" for name in _EXPORTED),
        *(f"--add-opens={name}=ALL-UNNAMED" for name in _OPENED),
        f"-javaagent:{jars / 'jamm-0.4.0.jar'}",
        *("-cp", f"{folder / 'conf'}:{jars / '*'}", *_properties(folder)),
        "org.apache.cassandra.service.CassandraDaemon",
    ]


def _properties(folder: Path) -> list[str]:
    return [
        "-Dcassandra-foreground=yes",
        f"-Dcassandra.config={(folder / 'conf' / 'cassandra.yaml').as_uri()}",
        f"-Dcassandra.storagedir={folder}",
        "-Dcassandra.skip_wait_for_gossip_to_settle=0",
        "-Dcassandra.ring_delay_ms=100",
        "-Dcassandra.superuser_setup_delay_ms=0",
        f"-Djava.io.tmpdir={folder}",
    ]


def _jars() -> Path | None:
    """Give the folder of the server's jars: from the cache, else by Maven; None without both."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "instagram-tests"
    jars = cache / f"cassandra-{_VERSION}"
    maven = shutil.which("mvn")
    if jars.is_dir() or maven is None:
        return jars if jars.is_dir() else None
    cache.mkdir(parents=True, exist_ok=True)
    # Downloaded apart and renamed when whole: of two runs at once one wins, and both are right.
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        (Path(folder) / "pom.xml").write_text(_POM)
        goal = ("dependency:copy-dependencies", "-DoutputDirectory=lib")
        subprocess.run([maven, "-q", "-B", *goal], cwd=folder, check=True, timeout=600)
        try:
            (Path(folder) / "lib").rename(jars)
        except OSError:
            assert jars.is_dir()
    return jars


def _speaks(address: str, port: int) -> bool:
    """Tell whether a server answers OPTIONS, the first word of its protocol."""
    try:
        with socket.create_connection((address, port), timeout=1) as connection:
            connection.sendall(bytes.fromhex("04 00 0000 05 00000000"))
            return bool(connection.recv(9))
    except OSError:
        return False


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.strip().rpartition(":")
    return (host, int(port)) if host else (port, 9042)


def _drop_all(server: CassandraServer) -> None:
    # By another process, because the driver refuses to connect in one that ends.
    names = [f"instagram_test_{os.getpid()}_{one}" for one in range(next(server._numbers))]
    host, port = server.hosts[0]
    command = [sys.executable, "-m", "tests.servers.cassandra", host, str(port), *names]
    root = Path(__file__).parents[2]
    subprocess.run(command, cwd=root, check=False, timeout=120)


def _main(host: str, port: str, *names: str) -> None:
    from cassandra.cluster import Cluster  # noqa: PLC0415 - for servers from outside only

    with Cluster([host], port=int(port)) as cluster:
        session = cluster.connect()
        for name in names:
            session.execute(f"DROP KEYSPACE IF EXISTS {name}", timeout=60)


if __name__ == "__main__":
    _main(*sys.argv[1:])
