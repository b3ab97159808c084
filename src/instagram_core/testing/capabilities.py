"""What an adapter can do beyond the minimum, and the tests that need it."""

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

Test = TypeVar("Test", bound=Callable[..., object])

COMMON: Final[Mapping[str, str]] = {
    "clock": "time can be moved: the adapter uses the kit's clock, or `advance` moves its own",
    "close": "the adapter can be closed for good",
    "outage": "`outage()` takes the server away for a while",
    "reopen": "`reopen()` gives a second handle on the same data",
}
"""Capabilities of the surroundings, known to every contract."""

_NEEDS = "__contract_requires__"


def requires(*names: str) -> Callable[[Test], Test]:
    """Mark a contract test as one that needs capabilities; undeclared ones skip it."""

    def mark(test: Test) -> Test:
        setattr(test, _NEEDS, frozenset(names) | needs(test))
        return test

    return mark


def needs(test: object) -> frozenset[str]:
    """Give the capabilities a test was marked with."""
    marked: frozenset[str] = getattr(test, _NEEDS, frozenset())
    return marked
