"""Says what server this is, and whether its clock agrees with ours."""

import attrs

from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_postgres.database import PostgresDatabase

OLDEST_MAJOR = 15

_LOOK = """
    SELECT current_setting('server_version'),
           current_setting('server_version_num')::int / 10000,
           floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint
"""


@attrs.frozen(kw_only=True)
class PostgresReport:
    """What was found."""

    version: str
    is_supported: bool
    skew_seconds: float
    """By how much the server's clock is ahead of ours; half of the round trip is allowed for."""


async def examine(url: str, clock: Clock) -> PostgresReport:
    """Ask the server; AdapterUnavailable when it cannot be reached."""
    async with PostgresDatabase.open(url) as database:
        await database.fetch("SELECT 1", repeatable=True)  # connecting is no part of the skew
        before = to_milliseconds(clock.now())
        row = await database.fetch_one(_LOOK, repeatable=True)
        after = to_milliseconds(clock.now())
    if row is None:
        raise AdapterUnavailable("the server gave no answer")
    version, major, now = row
    return PostgresReport(
        version=str(version).split()[0],
        is_supported=major >= OLDEST_MAJOR,
        skew_seconds=(now - (before + after) / 2) / 1000,
    )
