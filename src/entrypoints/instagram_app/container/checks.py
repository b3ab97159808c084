"""What an operator wants to know of the servers and libraries that settings name."""

import asyncio
from collections.abc import AsyncIterator
from enum import StrEnum
from pathlib import Path
from typing import Final

import attrs

from instagram_app.container.database import FOLDER, postgres_url
from instagram_app.container.errors import StartRefused
from instagram_app.container.images import TO_INSTALL, processor_class
from instagram_app.settings.table import Settings
from instagram_app.settings.values import Family
from instagram_core.kernel.clock import SystemClock
from instagram_core.kernel.errors import AdapterError, AdapterUnavailable

_SKEW_WARNING: Final = 0.5
_SKEW_FAILURE: Final = 5.0


class State(StrEnum):
    """How a check went."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@attrs.frozen(kw_only=True)
class Check:
    """One line of the report."""

    subject: str
    state: State
    finding: str
    advice: str = ""
    """What to do; empty when all is well."""


async def database_checks(settings: Settings) -> AsyncIterator[Check]:
    """Look at server, migrations and clock; an embedded database is not made by looking."""
    if settings.adapter(Family.RELATIONAL) != "postgres":
        finding = f"adapter {settings.adapter(Family.RELATIONAL)}"
        yield Check(subject="database", state=State.OK, finding=finding)
        return
    if settings.database_url is None and not await _exists(settings.data / FOLDER / "data"):
        finding = f"embedded, made at the first start in {settings.data / FOLDER}"
        yield Check(subject="database", state=State.OK, finding=finding)
        return
    try:
        async with postgres_url(settings, is_alone=False) as url:
            async for check in _server_checks(settings, url):
                yield check
    except (StartRefused, AdapterError) as error:
        yield _failed("database", str(error), _database_advice(settings))
    except ImportError as error:
        yield _failed("database", str(error), "install instagram-core[postgres]")


async def _server_checks(settings: Settings, url: str) -> AsyncIterator[Check]:
    from instagram_postgres.doctor import OLDEST_MAJOR, examine

    report = await examine(url, SystemClock())
    where = "embedded" if settings.database_url is None else "server"
    yield Check(
        subject="database",
        state=State.OK if report.is_supported else State.FAILED,
        finding=f"PostgreSQL {report.version}, {where}",
        advice="" if report.is_supported else f"use PostgreSQL {OLDEST_MAJOR} or later",
    )
    yield await _migration_check(url)
    yield _clock_check(report.skew_seconds)


async def _migration_check(url: str) -> Check:
    from instagram_postgres.schema import MigrationRefusedError, PostgresSchema

    try:
        pending = await PostgresSchema(url).plan()
    except MigrationRefusedError as error:
        return _failed("migrations", str(error), "run the release that this database belongs to")
    if pending:
        names = ", ".join(f"{one.version:04d}_{one.name}" for one in pending)
        return _failed("migrations", f"pending: {names}", "run `instagram migrate`")
    return Check(subject="migrations", state=State.OK, finding="all applied")


def _clock_check(skew: float) -> Check:
    state = State.OK
    if abs(skew) > _SKEW_WARNING:
        state = State.FAILED if abs(skew) > _SKEW_FAILURE else State.WARNING
    advice = "" if state is State.OK else "keep both machines' clocks by NTP"
    finding = f"the database's is {abs(skew):.3f} s {'ahead' if skew > 0 else 'behind'}"
    return Check(subject="clock", state=state, finding=finding, advice=advice)


async def image_checks(settings: Settings) -> AsyncIterator[Check]:
    """Decode a small picture of every format."""
    advice = TO_INSTALL.get(name := settings.adapter(Family.IMAGES))
    if advice is None:
        yield Check(subject="images", state=State.OK, finding=f"adapter {name}")
        return
    try:
        from instagram_sandbox.doctor import examine

        report = await examine(processor_class(name))
    except (ImportError, AdapterUnavailable) as error:
        yield _failed("images", str(error), advice)
        return
    versions = ", ".join(f"{name} {version}" for name, version in report.versions.items())
    for kind, fault in report.faults.items():
        yield _failed(f"images {kind}", fault, f"{advice}, anew")
    if not report.faults:
        finding = f"JPEG, PNG, WebP, GIF and HEIC decode ({versions})"
        yield Check(subject="images", state=State.OK, finding=finding)


def _failed(subject: str, finding: str, advice: str) -> Check:
    return Check(subject=subject, state=State.FAILED, finding=finding, advice=advice)


def _database_advice(settings: Settings) -> str:
    if settings.database_url is None:
        return f"read {settings.data / FOLDER / 'log'}"
    return "start the server, or correct INSTAGRAM_DATABASE_URL"


async def _exists(path: Path) -> bool:
    return await asyncio.to_thread(path.exists)
