"""A connection that is sought in the background until the servers are there."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, ParamSpec, TypeVar

from cassandra.cluster import Cluster, Session

from instagram_core.kernel.errors import AdapterClosed, AdapterUnavailable
from instagram_scylla.connection import ScyllaSettings, connect
from instagram_scylla.errors import translated

P = ParamSpec("P")
T = TypeVar("T")

_Connected = tuple[Cluster, Session]

_LOG: Final = logging.getLogger(__name__)
_RETRY_SECONDS: Final = 1.0
_THREADS: Final = 4


class Link:
    """Gives the driver's session once there is one; then the driver itself keeps it alive.

    Connecting and preparing block, so they happen in threads of its own.
    """

    def __init__(self, settings: ScyllaSettings) -> None:
        """Reach for the servers of `settings` once started."""
        self._settings = settings
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="scylla")
        self._seeking: asyncio.Task[None] | None = None
        self._connected: _Connected | None = None
        self._refusal: Exception | None = None
        self._attempted = asyncio.Event()
        self._is_closed = False

    def start(self) -> None:
        """Begin to connect; the servers need not be there yet."""
        self._seeking = asyncio.create_task(self._seek())

    async def session(self) -> Session:
        """Give the session; waits for the first attempt to connect and for no other.

        AdapterUnavailable with what the last attempt met, AdapterClosed after close.
        """
        if self._is_closed or self._seeking is None:
            raise AdapterClosed("the session was closed, or not opened yet")
        if self._connected is None:
            await self._attempted.wait()
        if self._connected is not None:
            return self._connected[1]
        if self._refusal is None:
            raise AdapterClosed("the session was closed")
        raise translated(self._refusal) from self._refusal

    def in_thread(
        self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> "asyncio.Future[T]":
        """Start what blocks; cancelling the future does not stop it. AdapterClosed after close."""
        if self._is_closed:
            raise AdapterClosed("the session was closed")
        return self._run(work, *args, **kwargs)

    def _run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> "asyncio.Future[T]":
        loop = asyncio.get_running_loop()
        return loop.run_in_executor(self._threads, lambda: work(*args, **kwargs))

    async def close(self) -> None:
        """Close all connections; twice is fine."""
        if self._is_closed:
            return
        self._is_closed = True
        self._attempted.set()
        if self._seeking is not None:
            self._seeking.cancel()
            await asyncio.wait([self._seeking])
        if self._connected is not None:
            await self._run(self._connected[0].shutdown)
        self._threads.shutdown(wait=False)

    async def _seek(self) -> None:
        while self._connected is None:
            attempt = self.in_thread(self._connect)
            try:
                self._connected = await asyncio.shield(attempt)
            except asyncio.CancelledError:
                attempt.add_done_callback(_abandon)
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, callers are told
                self._refuse(error)
                await asyncio.sleep(_RETRY_SECONDS)
        self._attempted.set()
        _LOG.info("connected to Cassandra")

    def _connect(self) -> _Connected | None:
        cluster, session = connect(self._settings, self._settings.keyspace)
        if not self._is_closed:
            return cluster, session
        cluster.shutdown()
        return None

    def _refuse(self, error: Exception) -> None:
        if str(error) != str(self._refusal):
            _LOG.warning("Cassandra cannot be used, trying on: %s", translated(error))
        # A defect of ours is no reason for a 500 either: nobody can use what is not connected.
        is_known = isinstance(translated(error), AdapterUnavailable)
        self._refusal = error if is_known else OSError(repr(error))
        self._attempted.set()


def _abandon(attempt: "asyncio.Future[_Connected | None]") -> None:
    if attempt.cancelled() or attempt.exception() is not None:
        return
    if (connected := attempt.result()) is not None:
        connected[0].shutdown()
