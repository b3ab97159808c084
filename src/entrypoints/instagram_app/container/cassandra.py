"""Cassandra: the session of a process, its schema, and what an operator wants to know of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from instagram_app.container.checks import Check, State
from instagram_app.container.errors import AdapterRefused, StartRefused
from instagram_app.resilience.guards import Guards
from instagram_app.settings.table import Settings
from instagram_app.settings.values import Family
from instagram_core.kernel.clock import SystemClock
from instagram_core.kernel.errors import AdapterError, AdapterUnavailable

if TYPE_CHECKING:
    from instagram_scylla.connection import ScyllaSettings
    from instagram_scylla.session import ScyllaSession

_OLDEST_MAJOR: Final = 4
_SKEW: Final = 0.5


def is_used(settings: Settings) -> bool:
    """Tell whether this process talks to Cassandra."""
    return settings.cassandra_hosts is not None or settings.adapter(Family.MESSAGES) == "cassandra"


@asynccontextmanager
async def open_cassandra(
    settings: Settings, guards: Guards
) -> AsyncIterator["ScyllaSession | None"]:
    """Give the session that everything in a process shares; None when no hosts are named.

    It connects in the background: the servers need not be there. AdapterRefused names the setting
    that is missing or wrong.
    """
    if not is_used(settings):
        yield None
        return
    from instagram_scylla.session import ScyllaSession

    guard = guards.of("cassandra")
    async with ScyllaSession.open(scylla_settings(settings), guard) as session:
        guard.probe_with(session.ping)
        yield session


async def cassandra_migrations(settings: Settings, *, is_applied: bool) -> tuple[str, ...]:
    """Apply or only name what the keyspace lacks, in order."""
    if not is_used(settings):
        return ()
    from instagram_scylla.schema import ScyllaSchema

    schema = ScyllaSchema(scylla_settings(settings))
    try:
        migrations = await (schema.apply() if is_applied else schema.plan())
    except AdapterUnavailable as error:
        raise StartRefused(f"INSTAGRAM_CASSANDRA_HOSTS: {error}") from error
    return tuple(f"cassandra {one.version:04d}_{one.name}" for one in migrations)


async def cassandra_checks(settings: Settings) -> AsyncIterator[Check]:
    """Look at nodes, keyspace, migrations and clock; nothing when no hosts are named."""
    if not is_used(settings):
        return
    try:
        from instagram_scylla.doctor import examine

        report = await examine(scylla_settings(settings), SystemClock())
        away = [node for node, is_up in report.nodes.items() if not is_up]
        yield _check(
            f"{report.version} in {report.datacenter}, {len(report.nodes)} nodes",
            f"away: {', '.join(away)}" if away else "",
            "look at these nodes",
            State.WARNING,
        )
        is_old = int(report.version.split(".")[0]) < _OLDEST_MAJOR
        if is_old:
            yield _check(report.version, "too old", f"use Cassandra {_OLDEST_MAJOR} or later")
        yield _keyspace_check(settings, report.replication)
        pending = await cassandra_migrations(settings, is_applied=False)
        names = f"pending: {', '.join(pending)}" if pending else ""
        yield _check("all migrations applied", names, "run `instagram migrate`")
        skew = f"{report.skew_seconds:+.3f} s from ours"
        wrong = f"the clock is {skew}" if abs(report.skew_seconds) > _SKEW else ""
        yield _check(f"clock {skew}", wrong, "keep both machines' clocks by NTP", State.WARNING)
    except (AdapterError, StartRefused) as error:
        yield _check("", str(error), "start the servers, or correct INSTAGRAM_CASSANDRA_HOSTS")
    except ImportError as error:
        yield _check("", str(error), "install instagram-core[scylla]")


def scylla_settings(settings: Settings) -> "ScyllaSettings":
    """Give what the adapter needs to know; AdapterRefused names the setting that is wrong."""
    from instagram_scylla.connection import ScyllaSettings

    if settings.cassandra_hosts is None:
        raise AdapterRefused("the Cassandra adapter needs INSTAGRAM_CASSANDRA_HOSTS")
    try:
        return ScyllaSettings(
            hosts=tuple((one.host, one.port) for one in settings.cassandra_hosts),
            keyspace=settings.cassandra_keyspace,
            datacenter=settings.cassandra_datacenter,
            username=settings.cassandra_username,
            password=settings.cassandra_password,
            replication=settings.cassandra_replication,
            statement_seconds=settings.timeout_cassandra,
        )
    except ValueError as error:
        raise AdapterRefused(
            f"INSTAGRAM_CASSANDRA_KEYSPACE is {settings.cassandra_keyspace!r}; a keyspace has "
            "lower-case letters, digits and underscores, 48 at most, and begins with a letter"
        ) from error


def _keyspace_check(settings: Settings, replication: object) -> Check:
    keyspace = f"keyspace {settings.cassandra_keyspace}"
    wrong = "" if replication else f"there is no {keyspace}"
    return _check(f"{keyspace}, {replication}", wrong, "run `instagram migrate`")


def _check(fine: str, wrong: str, advice: str, state: State = State.FAILED) -> Check:
    if wrong:
        return Check(subject="cassandra", state=state, finding=wrong, advice=advice)
    return Check(subject="cassandra", state=State.OK, finding=fine)
