"""Every mutant is caught by the contract test that it names."""

import pytest

from tests.unit.instagram_core.testing.mutants.harness import Mutant
from tests.unit.instagram_core.testing.mutants.likes import likes

SUITES = (likes,)


@pytest.fixture(autouse=True)
def _the_same_examples_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("INSTAGRAM_TEST_EXAMPLES", "50")


@pytest.mark.parametrize("mutant", [m for suite in SUITES for m in suite.all], ids=str)
def test_mutant(mutant: Mutant) -> None:
    """The contract says no, and by the test that is about this fault."""
    assert mutant.fault() is not None
