"""What a failure of Cassandra means to the callers of a port: one table, by class of the driver."""

import re
from collections.abc import Mapping
from typing import Final

import cassandra
from cassandra import protocol
from cassandra.cluster import NoHostAvailable
from cassandra.connection import (
    ConnectionBusy,
    ConnectionException,
    CrcMismatchException,
    ProtocolError,
)
from cassandra.pool import NoConnectionsAvailable

from instagram_core.kernel.errors import AdapterUnavailable

REASONS: Final[Mapping[type[Exception], str]] = {
    # The first that fits is taken, so what is special stands before what is general.
    cassandra.Unavailable: "too few replicas are up",
    cassandra.ReadTimeout: "too few replicas answered a read in time",
    cassandra.WriteTimeout: "too few replicas answered a write in time: it may have happened",
    cassandra.ReadFailure: "replicas failed at a read",
    cassandra.WriteFailure: "replicas failed at a write: it may have happened",
    cassandra.CDCWriteFailure: "the change log of the server is full",
    cassandra.OperationTimedOut: "no answer in time: a write may have happened",
    cassandra.RateLimitReached: "the server limits the rate of this partition",
    cassandra.AuthenticationFailed: "the server refused name or password",
    cassandra.Unauthorized: "this role may not do that on the server",
    cassandra.UnresolvableContactPoints: "no address is known for these hosts",
    NoHostAvailable: "no node can be reached",
    NoConnectionsAvailable: "no connection to a node is free",
    ConnectionBusy: "no connection to a node is free",
    protocol.OverloadedErrorMessage: "the server has too much to do",
    protocol.IsBootstrappingErrorMessage: "the node is still starting",
    protocol.TruncateError: "a table could not be emptied on all replicas",
    protocol.BadCredentials: "the server refused name or password",
    protocol.ServerError: "the server failed at this",
    CrcMismatchException: "a frame arrived damaged",
    ConnectionException: "the connection was lost: a write may have happened",
    ProtocolError: "the answer was not of the protocol",
    OSError: "the connection was lost: a write may have happened",
}
"""Failures that say nothing about the statement: it may succeed another time."""

_NO_SCHEMA: Final = re.compile(r"unconfigured table|([Kk]eyspace|[Tt]able) \S+ does not exist")


def translated(error: Exception) -> Exception:
    """Give the error to raise in place of `error` (and from it): a port's own, or itself.

    What the table does not name is a defect of the statement, to be seen as it is.
    """
    if _is_without_schema(error):
        return AdapterUnavailable(f"the keyspace lacks tables, run `instagram migrate`: {error}")
    for kind, reason in REASONS.items():
        if isinstance(error, kind):
            detail = _detail(error)
            return AdapterUnavailable(f"{reason} ({detail})" if detail else reason)
    return error


def _is_without_schema(error: Exception) -> bool:
    kinds = (cassandra.InvalidRequest, protocol.InvalidRequestException)
    return isinstance(error, kinds) and _NO_SCHEMA.search(str(error)) is not None


def _detail(error: Exception) -> str:
    # What the nodes said is worth more than that none of them could be used.
    if isinstance(error, cassandra.UnresolvableContactPoints):
        return ""  # the driver tells an empty dictionary
    causes = getattr(error, "errors", None)
    if isinstance(error, NoHostAvailable) and causes:
        return "; ".join(f"{node}: {cause}" for node, cause in causes.items())
    return str(error) or type(error).__name__
