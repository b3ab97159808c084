"""State machines compare an adapter with its reference, call by call."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import pytest
from hypothesis import strategies as st

from instagram_core.kernel.errors import AdapterUnavailable, ConflictError, NotFoundError
from instagram_core.testing.machine import Machine, StatefulContract, move


class Register:
    """Adds numbers up under names."""

    def __init__(self) -> None:
        self.sums: dict[object, int] = {}
        self.calls: list[tuple[object, int]] = []

    async def add(self, name: object, number: int) -> int:
        """Add a number."""
        self.calls.append((name, number))
        self.sums[name] = self.sums.get(name, 0) + number
        return self.sums[name]


class RegisterMachine(Machine[Register]):
    pauses = st.just(1.0)

    def allows(self, arguments: Mapping[str, Any]) -> bool:
        """Leave out threes."""
        return arguments.get("number") != 3

    @move(name=st.integers(0, 1), number=st.integers(1, 3))
    async def add(self, name: int, number: int) -> object:
        """Add under a name of this example."""
        return await self.subject.add(self.world.id(name), number)


class RegisterContract(StatefulContract[Register]):
    machine = RegisterMachine
    opened: ClassVar[list[Register]]

    @asynccontextmanager
    async def reference(self) -> AsyncIterator[Register]:
        """Give a right register."""
        yield Register()

    async def touch(self, subject: Register) -> object:
        """Add something."""
        return await subject.add("touch", 1)


def tried(kind: type[Register], **parts: object) -> list[Register]:
    """Run the state machine on a kind of register; give those that were opened."""
    opened: list[Register] = []

    @asynccontextmanager
    async def opening(_: object) -> AsyncIterator[Register]:
        opened.append(kind())
        yield opened[-1]

    case: Any = type("TestRegister", (RegisterContract,), {"open": opening, **parts})
    try:
        case().test_agrees_with_the_reference()
    finally:
        case.teardown_class()
    return opened


def test_an_adapter_that_agrees_passes() -> None:
    """It is opened once for all examples, which use ids of their own."""
    (register,) = tried(Register)
    assert len(register.sums) > 30


def test_moves_that_are_not_allowed_are_left_out() -> None:
    """On both sides."""
    (register,) = tried(Register)
    assert {1, 2} == {number for _, number in register.calls}


def test_a_difference_is_told_with_the_way_to_it() -> None:
    """The shortest program that was found, step by step."""

    class Forgetful(Register):
        async def add(self, name: object, number: int) -> int:
            return await super().add(name, number) % 4

    with pytest.raises(AssertionError) as told:
        tried(Forgetful)
    assert "gave 0, the reference gives 4" in str(told.value)
    assert "add(name=0, number=2)\n" in f"{told.value}\n"


def test_errors_are_compared_by_type() -> None:
    """The wrong refusal is a difference, the same refusal is none."""

    class Refusing(Register):
        error: ClassVar[type[Exception]] = NotFoundError

        async def add(self, name: object, number: int) -> int:
            raise self.error

    class RefusingOtherwise(Refusing):
        error = ConflictError

    @asynccontextmanager
    async def reference(_: object) -> AsyncIterator[Register]:
        yield Refusing()

    tried(Refusing, reference=reference)
    with pytest.raises(AssertionError, match="ConflictError"):
        tried(RefusingOtherwise, reference=reference)


def test_a_server_that_is_down_is_no_difference() -> None:
    """It is an error, or it would pass for a known failure."""

    class Down(Register):
        async def add(self, name: object, number: int) -> int:
            raise AdapterUnavailable

    with pytest.raises(AdapterUnavailable):
        tried(Down)


def test_the_number_of_programs_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """More examples, more names."""
    monkeypatch.setenv("INSTAGRAM_TEST_EXAMPLES", "3")
    (register,) = tried(Register)
    assert len(register.sums) <= 6


def test_ci_repeats_the_same_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a red run is the fault of the change."""
    monkeypatch.setenv("CI", "true")
    runs = [[number for _, number in tried(Register)[0].calls] for _ in range(2)]
    assert runs[0] == runs[1]


def test_known_failures_are_not_made_small() -> None:
    """Nobody reads them, so no time is spent on shrinking."""
    counts: list[int] = []

    class Wrong(Register):
        async def add(self, name: object, number: int) -> int:
            counts.append(number)
            return -1

    for known in ({}, {"test_agrees_with_the_reference": "it is wrong"}):
        counts.append(0)
        counts.clear()
        with pytest.raises(AssertionError):
            tried(Wrong, known_failures=known)
        if known:
            assert len(counts) < 5
        else:
            assert len(counts) > 5


def test_time_passes_only_where_it_can_be_moved() -> None:
    """Without the capability no program waits."""
    moved: list[float] = []

    async def advance(_: object, seconds: float) -> None:
        moved.append(seconds)

    tried(Register, advance=advance)
    assert moved == []
    tried(Register, advance=advance, capabilities=frozenset({"clock"}))
    assert {1.0} == set(moved)
