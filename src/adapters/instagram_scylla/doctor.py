"""Says what servers these are, what the keyspace is like, and whether their clock is ours."""

import asyncio
from collections.abc import Mapping

import attrs

from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_scylla.connection import ScyllaSettings, connect
from instagram_scylla.errors import translated

_VERSION = "SELECT release_version, data_center FROM system.local"
_NOW = "SELECT toUnixTimestamp(now()) FROM system.local"
_REPLICATION = "SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = %s"


@attrs.frozen(kw_only=True)
class ScyllaReport:
    """What was found."""

    version: str
    datacenter: str
    nodes: Mapping[str, bool]
    """Each node by address, and whether it is up."""
    replication: Mapping[str, str] | None
    """Options of the keyspace's replication; None when there is no such keyspace."""
    skew_seconds: float
    """By how much the clock of the node asked is ahead of ours; half of the round trip is
    allowed for."""


async def examine(settings: ScyllaSettings, clock: Clock) -> ScyllaReport:
    """Ask a node; AdapterUnavailable when none can be reached."""
    return await asyncio.to_thread(_examine, settings, clock)


def _examine(settings: ScyllaSettings, clock: Clock) -> ScyllaReport:
    try:
        cluster, session = connect(settings, None)
        with cluster:
            version, datacenter = session.execute(_VERSION).one()
            keyspaces = session.execute(_REPLICATION, (settings.keyspace,))
            before = to_milliseconds(clock.now())
            (now,) = session.execute(_NOW).one()
            after = to_milliseconds(clock.now())
            return ScyllaReport(
                version=version,
                datacenter=datacenter,
                nodes={
                    str(node.endpoint): bool(node.is_up) for node in cluster.metadata.all_hosts()
                },
                replication=next((dict(options) for (options,) in keyspaces), None),
                skew_seconds=(now - (before + after) / 2) / 1000,
            )
    except Exception as error:
        raise translated(error) from error
