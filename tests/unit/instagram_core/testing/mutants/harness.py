"""Deliberately wrong adapters, and how it is seen that a contract names their fault."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeVar

import attrs
import pytest

from instagram_core.assembly.families import RelationalFamily
from instagram_core.kernel.errors import InstagramError
from instagram_core.kernel.events import Event
from instagram_core.kernel.ids import UuidV7Generator
from instagram_core.kernel.paging import Page, Position
from instagram_core.memory.database import Database
from instagram_core.memory.relational import in_memory_family
from instagram_core.memory.tables import Tables
from instagram_core.testing.contract import Contract

Item = TypeVar("Item")
Wrong = TypeVar("Wrong", bound=type)
Make = Callable[[Any], object]

# What a contract says no with; anything else might be a slip in the mutant itself.
VERDICTS = (AssertionError, InstagramError, pytest.fail.Exception)


class Around:
    """Something right, of which a mutant replaces a part."""

    def __init__(self, right: Any) -> None:
        self.right = right

    def __getattr__(self, name: str) -> Any:
        return getattr(self.right, name)

    def tables(self) -> AbstractAsyncContextManager[Tables]:
        """Open the rows behind an in-memory adapter of the family."""
        work: AbstractAsyncContextManager[Tables] = self.right._database.work()
        return work

    async def record(self, *events: Event | None) -> None:
        """Put events among the jobs."""
        async with self.tables():
            self.right._database.record(*events)


@attrs.frozen
class Mutant:
    """A wrong adapter and the contract test that must catch it."""

    name: str
    contract: type[Any]
    caught_by: str
    parts: Mapping[str, object]
    """What an adapter's test would define: how it is opened, what it declares."""

    def __str__(self) -> str:
        return f"{self.name} caught by {self.caught_by}"

    def fault(self) -> BaseException | None:
        """Give what the test says about the mutant; None when it passes."""
        kind: Any = type("TestMutant", (self.contract,), dict(self.parts))
        try:
            getattr(kind(), self.caught_by)()
        except VERDICTS as verdict:
            return verdict
        finally:
            kind.teardown_class()
        return None


def cut(
    rows: Iterable[tuple[Position, Item]], after: Position | None, limit: int, *, inclusive: bool
) -> Page[Item]:
    """Give a page of rows in the order in which they come."""
    older = [r for r in rows if after is None or r[0] < after or (inclusive and r[0] == after)]
    shown = older[:limit]
    more = shown[-1][0] if len(older) > limit else None
    return Page(tuple(item for _, item in shown), more)


class Mutants:
    """The mutants of one contract: of one `port` in the in-memory family, or of what `right` gives.

    `parts` are further members of the test class.
    """

    def __init__(
        self,
        contract: type[Any],
        port: str | None = None,
        right: Callable[[Any], Any] | None = None,
        parts: Mapping[str, object] | None = None,
    ) -> None:
        self.contract = contract
        self._open = _among_family(port) if right is None else _alone(right)
        self._parts = {"capabilities": frozenset({"clock"}), "recovery": 0.2, **(parts or {})}
        self.all: list[Mutant] = []

    def caught_by(self, test: str) -> Callable[[Wrong], Wrong]:
        """Register a class: it takes the right adapter and does something wrong."""

        def register(wrong: Wrong) -> Wrong:
            assert hasattr(self.contract, test), f"{self.contract.__name__} has no {test}"
            # Known to fail, so that no time is spent on making the failure small.
            expected = {test: "this is a mutant"}
            parts = {"known_failures": expected, **self._parts, "open": self._open(wrong)}
            self.all.append(Mutant(wrong.__name__, self.contract, test, parts))
            return wrong

        return register


def _alone(right: Callable[[Any], Any]) -> Callable[[Make], object]:
    def opening(wrong: Make) -> object:
        @asynccontextmanager
        async def opened(case: Contract[Any]) -> AsyncIterator[object]:
            yield wrong(right(case))

        return opened

    return opening


def _among_family(port: str | None) -> Callable[[Make], object]:
    assert port is not None, "name a port of the family, or give what is right"

    def opening(wrong: Make) -> object:
        @asynccontextmanager
        async def opened(case: Contract[Any]) -> AsyncIterator[RelationalFamily]:
            family = in_memory_family(Database(case.clock, UuidV7Generator(case.clock)))
            spoiled: dict[str, Any] = {port: wrong(getattr(family, port))}
            yield attrs.evolve(family, **spoiled)

        return opened

    return opening
