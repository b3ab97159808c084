"""Random programs of calls, run on an adapter and on the reference, compared call by call."""

import os
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

import attrs
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from instagram_core.kernel.clock import Clock
from instagram_core.kernel.errors import DomainError, TransactionError
from instagram_core.kernel.ids import IdGenerator
from instagram_core.testing.lifecycle import LifecycleContract

S = TypeVar("S")
Move = TypeVar("Move", bound=Callable[..., Awaitable[object]])
Strategy = st.SearchStrategy[Any]

_DRAWS = "__contract_draws__"
_COMPARED = (DomainError, TransactionError, ValueError)


class World:
    """What both sides of one example share: the same names for the same fresh ids."""

    def __init__(self, ids: IdGenerator, clock: Clock) -> None:
        """Take fresh ids from `ids`; `clock` is the kit's."""
        self.ids = ids
        self.clock = clock
        self._named: dict[tuple[object, ...], UUID] = {}

    def id(self, *name: object) -> UUID:
        """Give the id of a name in this example; made at first use, so ids rise by first use."""
        if name not in self._named:
            self._named[name] = self.ids.new()
        return self._named[name]


class Machine(Generic[S]):
    """Moves of one side of an example; what it remembers (leases, cursors) is that side's own.

    Moves are coroutine methods marked with `@move(argument=strategy)`. What they give is compared
    with what the other side's give, so it must not hold anything a side makes up itself.
    """

    pauses: ClassVar[Strategy | None] = None
    """Seconds that may pass between moves; None when time plays no part."""

    def __init__(self, subject: S, world: World) -> None:
        """Play on `subject`."""
        self.subject = subject
        self.world = world

    async def prepare(self) -> None:
        """Make what every example needs, on this side."""

    def allows(self, arguments: Mapping[str, Any]) -> bool:
        """Tell whether a move makes sense now; one that does not is left out on both sides."""
        return True


@attrs.frozen
class _Draws:
    """How a move is drawn."""

    arguments: Mapping[str, Strategy]
    weight: int


def move(weight: int = 1, **arguments: Strategy) -> Callable[[Move], Move]:
    """Mark a method of a Machine as a move, with a strategy for each argument.

    A move of weight 3 is made three times as often: give it to what builds a state up.
    """

    def mark(method: Move) -> Move:
        setattr(method, _DRAWS, _Draws(arguments, weight))
        return method

    return mark


@attrs.frozen
class Step:
    """One call of a program."""

    name: str
    arguments: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"{self.name}({', '.join(f'{k}={v!r}' for k, v in self.arguments.items())})"


class StatefulContract(LifecycleContract[S]):
    """A contract with a reference: whatever the calls, adapter and reference answer the same."""

    machine: ClassVar[type[Machine[Any]]]
    longest: ClassVar[int] = 30
    """Moves in a program, at most; every one that takes no arguments is made at the end again."""

    @abstractmethod
    def reference(self) -> AbstractAsyncContextManager[S]:
        """Give the specification as an implementation, on the kit's clock."""
        raise NotImplementedError

    def test_agrees_with_the_reference(self) -> None:
        """Random programs get the same results and the same errors on both."""
        shrinks = "test_agrees_with_the_reference" not in self.known_failures

        # Opened once for all examples: ids are fresh instead, as in a store that is in use.
        with (
            self._loop.held(self.open()) as subject,
            self._loop.held(self.reference()) as reference,
        ):

            @exploring(shrinks=shrinks)
            @given(program=self._programs())
            def explore(program: Sequence[Step]) -> None:
                world = World(self.ids, self.clock)
                sides = (self.machine(subject, world), self.machine(reference, world))
                self._loop.run(self._play(program, *sides))

            explore()

    def _programs(self) -> st.SearchStrategy[list[Step]]:
        pauses = self.machine.pauses if "clock" in self.capabilities else None
        return programs(self.machine, self.longest, pauses)

    async def _play(self, program: Sequence[Step], ours: Machine[S], theirs: Machine[S]) -> None:
        await ours.prepare()
        await theirs.prepare()
        for number, step in enumerate(program):
            if step.name == "elapse":
                await self.elapse(**step.arguments)
                continue
            if not theirs.allows(step.arguments):
                continue
            got, expected = await _outcome(ours, step), await _outcome(theirs, step)
            before = "".join(f"\n  {past!r}" for past in program[:number])
            assert expected == got, (
                f"{step!r} gave {got!r}, the reference gives {expected!r}; before it came:{before}"
            )


async def _outcome(side: Machine[Any], step: Step) -> object:
    try:
        return await getattr(side, step.name)(**step.arguments)
    except _COMPARED as error:
        return type(error)


def programs(
    machine: type[Machine[Any]], longest: int, pauses: Strategy | None = None
) -> st.SearchStrategy[list[Step]]:
    """Give programs of up to `longest` moves, and of all moves without arguments at the end."""
    step = steps_of(machine)
    if pauses is not None:
        step |= _steps("elapse", {"seconds": pauses})
    looks = [Step(name, {}) for name, draws in _moves(machine) if not draws.arguments]
    # A length drawn first: lists left to themselves average six, too few to build up a state.
    return (
        st.integers(1, longest)
        .flatmap(lambda length: st.lists(step, min_size=length, max_size=length))
        .map(lambda drawn: [*drawn, *looks])
    )


def steps_of(machine: type[Machine[Any]], *names: str) -> st.SearchStrategy[Step]:
    """Give any move of a machine, each as often as its weight says; of these names if some are."""
    moves = [(name, draws) for name, draws in _moves(machine) if not names or name in names]
    return st.one_of(
        [_steps(name, draws.arguments) for name, draws in moves for _ in range(draws.weight)]
    )


def exploring(*, shrinks: bool, times: int = 1) -> settings:
    """Give how a state machine searches: the same programs in CI, others elsewhere.

    INSTAGRAM_TEST_EXAMPLES of them, or so many times more.
    """
    phases = (Phase.explicit, Phase.generate, *((Phase.shrink,) if shrinks else ()))
    return settings(
        max_examples=times * int(os.environ.get("INSTAGRAM_TEST_EXAMPLES", "30")),
        derandomize=bool({"CI", "INSTAGRAM_TEST_REQUIRE"} & os.environ.keys()),
        database=None,
        deadline=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )


def _moves(machine: type[Machine[Any]]) -> list[tuple[str, _Draws]]:
    marked = [(name, getattr(getattr(machine, name), _DRAWS, None)) for name in dir(machine)]
    return [(name, draws) for name, draws in marked if draws is not None]


def _steps(name: str, draws: Mapping[str, Strategy]) -> st.SearchStrategy[Step]:
    return st.fixed_dictionaries(dict(draws)).map(lambda arguments: Step(name, arguments))
