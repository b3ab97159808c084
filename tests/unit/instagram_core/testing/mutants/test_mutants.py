"""Every mutant is caught by the contract test that it names."""

import pytest

from tests.unit.instagram_core.testing.mutants.accounts import erasers, profiles, users
from tests.unit.instagram_core.testing.mutants.authors import authors
from tests.unit.instagram_core.testing.mutants.caches import caches
from tests.unit.instagram_core.testing.mutants.harness import Mutant
from tests.unit.instagram_core.testing.mutants.jobs import ledgers, queues, schedules
from tests.unit.instagram_core.testing.mutants.likes import likes
from tests.unit.instagram_core.testing.mutants.limits import limiters
from tests.unit.instagram_core.testing.mutants.sessions import sessions, sweepers
from tests.unit.instagram_core.testing.mutants.timelines import timelines

SUITES = (
    authors,
    caches,
    erasers,
    ledgers,
    likes,
    limiters,
    profiles,
    queues,
    schedules,
    sessions,
    sweepers,
    timelines,
    users,
)


@pytest.fixture(autouse=True)
def _the_same_examples_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("INSTAGRAM_TEST_EXAMPLES", "50")


@pytest.mark.parametrize("mutant", [m for suite in SUITES for m in suite.all], ids=str)
def test_mutant(mutant: Mutant) -> None:
    """The contract says no, and by the test that is about this fault."""
    assert mutant.fault() is not None
