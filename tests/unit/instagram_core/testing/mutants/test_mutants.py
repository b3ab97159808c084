"""Every mutant is caught by the contract test that it names."""

import importlib
import pkgutil
from collections import Counter
from collections.abc import Iterator

import pytest

from instagram_core.testing import contracts
from tests.unit.instagram_core.testing import mutants
from tests.unit.instagram_core.testing.mutants.harness import Mutant, Mutants

AT_LEAST = 3


def registered() -> list[Mutant]:
    """Give every mutant of every module beside this one."""
    names = [
        module.name for module in pkgutil.iter_modules(mutants.__path__, mutants.__name__ + ".")
    ]
    modules = [importlib.import_module(name) for name in names if ".test_" not in name]
    suites = {
        id(suite): suite
        for module in modules
        for suite in vars(module).values()
        if isinstance(suite, Mutants)
    }
    return [mutant for suite in suites.values() for mutant in suite.all]


def promised() -> Iterator[type]:
    """Give every contract of the kit that has tests of its own."""
    prefix = contracts.__name__ + "."
    for module in pkgutil.walk_packages(contracts.__path__, prefix):
        for name, value in vars(importlib.import_module(module.name)).items():
            is_defined_here = getattr(value, "__module__", None) == module.name
            if name.endswith("Contract") and is_defined_here and _has_tests(value):
                yield value


def _has_tests(contract: type) -> bool:
    return any(name.startswith("test_") for name in vars(contract))


MUTANTS = registered()


@pytest.fixture(autouse=True)
def _the_same_examples_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("INSTAGRAM_TEST_EXAMPLES", "200")


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_mutant(mutant: Mutant) -> None:
    """The contract says no, and by the test that is about this fault."""
    assert mutant.fault() is not None


@pytest.mark.parametrize("contract", list(promised()), ids=lambda contract: contract.__name__)
def test_every_contract_has_mutants(contract: type) -> None:
    """A contract that catches nothing would pass for one that does."""
    caught = [mutant for mutant in MUTANTS if issubclass(mutant.contract, contract)]
    assert len(caught) >= AT_LEAST


def test_no_two_mutants_have_one_name() -> None:
    """The report tells them apart."""
    counts = Counter(str(mutant) for mutant in MUTANTS)
    assert [name for name, count in counts.items() if count > 1] == []
