"""How the driver is set up: everything its defaults get wrong for a web application."""

from typing import Final

import attrs
from cassandra import ConsistencyLevel
from cassandra.auth import PlainTextAuthProvider
from cassandra.cluster import EXEC_PROFILE_DEFAULT, Cluster, ExecutionProfile, Session
from cassandra.io.libevreactor import LibevConnection
from cassandra.policies import (
    ConstantReconnectionPolicy,
    DCAwareRoundRobinPolicy,
    TokenAwarePolicy,
)
from cassandra.query import tuple_factory

from instagram_scylla.retries import IdempotentOnce

Host = tuple[str, int]

_RECONNECT_SECONDS: Final = 1.0
_HEARTBEAT_SECONDS: Final = 2
_WORKERS: Final = 2  # of the driver, for connecting and for reading the schema


@attrs.frozen(kw_only=True)
class ScyllaSettings:
    """Where the nodes are and how long anybody waits for them."""

    hosts: tuple[Host, ...]
    keyspace: str = attrs.field(
        default="instagram", validator=attrs.validators.matches_re(r"[a-z][a-z0-9_]{0,47}")
    )
    datacenter: str | None = None
    """The data centre to stay in; None takes that of the first host that answers."""
    username: str | None = None
    password: str | None = attrs.field(default=None, repr=False)
    replication: int | None = None
    """Copies of each row; None for 1 with one host, else 3."""
    statement_seconds: float = 2.0
    in_flight: int = 512
    """Statements on their way to the servers at once; far below what a connection can carry."""
    waiting: int = 2000
    """Statements that may wait for their turn; beyond that they are refused."""

    @property
    def copies(self) -> int:
        """Give the replication factor of a new keyspace."""
        return self.replication or (1 if len(self.hosts) == 1 else 3)


def make_cluster(settings: ScyllaSettings) -> Cluster:
    """Give a cluster to be connected by a thread of the process that will use it.

    It finds a node that returns within a second or two, and takes one that is silent for four
    for dead. Heartbeats go over every connection on which nothing was heard meanwhile.
    """
    local = DCAwareRoundRobinPolicy(local_dc=settings.datacenter or "")
    profile = ExecutionProfile(
        load_balancing_policy=TokenAwarePolicy(local),
        retry_policy=IdempotentOnce(),
        consistency_level=ConsistencyLevel.LOCAL_QUORUM,
        serial_consistency_level=ConsistencyLevel.LOCAL_SERIAL,
        request_timeout=settings.statement_seconds,
        row_factory=tuple_factory,
    )
    return Cluster(
        contact_points=list(settings.hosts),
        port=settings.hosts[0][1],
        auth_provider=_credentials(settings),
        # Named, because the driver would silently take its slower or experimental loops.
        connection_class=LibevConnection,
        execution_profiles={EXEC_PROFILE_DEFAULT: profile},
        reconnection_policy=ConstantReconnectionPolicy(_RECONNECT_SECONDS),
        connect_timeout=settings.statement_seconds,
        control_connection_timeout=settings.statement_seconds,
        idle_heartbeat_interval=_HEARTBEAT_SECONDS,
        idle_heartbeat_timeout=_HEARTBEAT_SECONDS,
        executor_threads=_WORKERS,
        # Rows are short and mostly ids: packing them costs a little and gains nothing.
        compression=False,
        # A node that lacks a statement is given it when it says so.
        prepare_on_all_hosts=False,
    )


def connect(settings: ScyllaSettings, keyspace: str | None) -> tuple[Cluster, Session]:
    """Connect now, blocking; driver errors as they are. The cluster is to be shut down."""
    cluster = make_cluster(settings)
    try:
        session = cluster.connect()
        if keyspace is not None:
            # Apart, because the driver takes a node without the keyspace for one that is down.
            session.set_keyspace(keyspace)
    except BaseException:
        cluster.shutdown()
        raise
    return cluster, session


def _credentials(settings: ScyllaSettings) -> PlainTextAuthProvider | None:
    if settings.username is None:
        return None
    return PlainTextAuthProvider(settings.username, settings.password or "")
