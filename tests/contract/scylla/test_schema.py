"""Bringing a keyspace to the schema of this release."""

import asyncio

import attrs
import pytest

from instagram_core.kernel.clock import SystemClock
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_scylla.connection import ScyllaSettings
from instagram_scylla.doctor import examine
from instagram_scylla.schema import Migration, MigrationRefusedError, ScyllaSchema
from tests.contract.scylla.opening import server

FIRST = Migration(version=1, name="a", cql="CREATE TABLE IF NOT EXISTS a (k int PRIMARY KEY);")
SECOND = Migration(version=2, name="b", cql="CREATE TABLE IF NOT EXISTS b (k int PRIMARY KEY);")


def test_a_keyspace_is_made_and_migrated_once_by_many_at_once() -> None:
    """Plans change nothing; of several who migrate, one does each step; again does nothing."""

    async def run() -> None:
        settings = _fresh()
        schema = ScyllaSchema(settings, [FIRST, SECOND])
        assert await schema.plan() == (FIRST, SECOND)
        assert (await examine(settings, SystemClock())).replication is None

        done = await asyncio.gather(*(schema.apply() for _ in range(3)))

        assert sorted(one.version for part in done for one in part) == [1, 2]
        assert await schema.plan() == await schema.apply() == ()
        report = await examine(settings, SystemClock())
        assert report.replication is not None
        assert report.replication["class"].endswith("NetworkTopologyStrategy")
        assert set(report.nodes.values()) == {True}
        assert abs(report.skew_seconds) < 5

    asyncio.run(run())


def test_what_does_not_fit_is_refused() -> None:
    """A newer release's keyspace, and a file that was edited after it was applied."""

    async def run() -> None:
        settings = _fresh()
        await ScyllaSchema(settings, [FIRST, SECOND]).apply()
        with pytest.raises(MigrationRefusedError, match="newer release"):
            await ScyllaSchema(settings, [FIRST]).plan()
        with pytest.raises(MigrationRefusedError, match="0002_b was edited"):
            await ScyllaSchema(settings, [FIRST, attrs.evolve(SECOND, cql="")]).apply()

    asyncio.run(run())


def test_nobody_there_is_unavailable() -> None:
    """The next host is asked before."""
    nobody = ScyllaSettings(hosts=(("127.0.0.1", 1), ("127.0.0.1", 2)))

    with pytest.raises(AdapterUnavailable, match=r"127\.0\.0\.1:2"):
        asyncio.run(ScyllaSchema(nobody).plan())
    with pytest.raises(AdapterUnavailable):
        asyncio.run(examine(nobody, SystemClock()))


def _fresh() -> ScyllaSettings:
    return ScyllaSettings(hosts=server().hosts, keyspace=server().keyspace())
