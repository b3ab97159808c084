"""What all contracts share: how an adapter is opened, and what a subclass may and may not say."""

import functools
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, ClassVar, Generic, TypeVar

import pytest

from instagram_core.kernel.errors import NotSupported
from instagram_core.kernel.ids import IdGenerator, UuidV7Generator
from instagram_core.testing.capabilities import COMMON, needs
from instagram_core.testing.clocks import ManualClock
from instagram_core.testing.runner import LoopOfClass, plain

S = TypeVar("S")


class Contract(Generic[S]):
    """Tests that every implementation of a port passes; `S` is what a test works on.

    Classes whose name ends in `Contract` are not collected. A subclass with another name is an
    adapter's test: it defines `open()` and may state `capabilities` and `known_failures`.
    """

    capabilities: ClassVar[frozenset[str]] = frozenset()
    """What the adapter can do, of `COMMON` and of the contract's `optional`."""

    known_failures: ClassVar[Mapping[str, str]] = {}
    """Test name → why it fails and where that is tracked. The entry of a fixed adapter is red."""

    deadline: ClassVar[float] = 60.0
    """Seconds after which one test is given up."""

    optional: ClassVar[Mapping[str, Callable[[Any, Any], Awaitable[object]]]] = {}
    """Capability of the port → a call that needs it and answers NotSupported without."""

    hooks: ClassVar[Mapping[str, str]] = {"reopen": COMMON["reopen"], "outage": COMMON["outage"]}
    """Capability → what the method of that name does: it is declared and defined, or neither."""

    _loop: ClassVar[LoopOfClass]

    @abstractmethod
    def open(self) -> AbstractAsyncContextManager[S]:
        """Give the adapter, open and empty, for the length of a block."""
        raise NotImplementedError

    def reopen(self) -> AbstractAsyncContextManager[S]:
        """Give a second handle on the data of the open one, as another process has it."""
        raise NotImplementedError

    async def advance(self, seconds: float) -> None:
        """Move the adapter's own time; for adapters that do not take `self.clock`."""

    @functools.cached_property
    def clock(self) -> ManualClock:
        """The kit's time. Give it to an adapter that takes a `Clock`."""
        return ManualClock()

    @functools.cached_property
    def ids(self) -> IdGenerator:
        """Makes ids that no other test uses."""
        return UuidV7Generator(self.clock)

    async def elapse(self, seconds: float) -> None:
        """Let time pass, for the kit and for the adapter."""
        self.clock.advance(seconds)
        await self.advance(seconds)

    def __init_subclass__(cls, **named: Any) -> None:  # noqa: ANN401 - passed on as it came
        super().__init_subclass__(**named)
        _refuse_overrides(cls)
        cls.__test__ = not cls.__name__.endswith("Contract")  # type: ignore[attr-defined]
        if cls.__name__.endswith("Contract"):
            return
        _check(cls)
        cls._loop = LoopOfClass(cls.deadline)
        for name, test in list(tests_of(cls)):
            setattr(cls, name, _prepared(cls, name, test))
        if cls.capabilities.issuperset(cls.optional):
            # Nothing is undeclared: no test is better than one that cannot fail.
            cls.test_undeclared_capabilities_answer_not_supported = None  # type: ignore[assignment]

    @classmethod
    def teardown_class(cls) -> None:
        """Close the loop of the class."""
        cls._loop.close()

    async def test_undeclared_capabilities_answer_not_supported(self, subject: S) -> None:
        """A call that needs a capability which is not declared says so."""
        for name in sorted(set(self.optional) - self.capabilities):
            with pytest.raises(NotSupported):
                await self.optional[name](self, subject)


def tests_of(contract: type) -> Iterator[tuple[str, Callable[..., object]]]:
    """Give each test of a class by name, those of its bases included."""
    for name in dir(contract):
        if _is_test(name) and callable(test := getattr(contract, name)):
            yield name, test


def _prepared(
    cls: type[Contract[Any]], name: str, test: Callable[..., object]
) -> Callable[..., object]:
    # Each class gets functions of its own, because marks stick to functions.
    prepared = plain(test)
    missing = sorted(needs(test) - cls.capabilities)
    if missing:
        reason = f"capability {', '.join(missing)}: not declared"
        pytest.mark.skip(reason=reason)(prepared)
    elif name in cls.known_failures:
        # AssertionError only: a server that is down must not pass for a known failure.
        reason = cls.known_failures[name]
        pytest.mark.xfail(reason=reason, strict=True, raises=AssertionError)(prepared)
    return prepared


def _refuse_overrides(cls: type) -> None:
    inherited = {name for base in cls.__mro__[1:] for name in vars(base)}
    overridden = sorted(name for name in inherited.intersection(vars(cls)) if _is_test(name))
    if overridden:
        raise TypeError(
            f"{cls.__name__} overrides {', '.join(overridden)}: a contract is not negotiable, "
            "name a known failure instead"
        )


def _check(cls: type[Contract[Any]]) -> None:
    if cls.open is Contract.open:
        raise TypeError(f"{cls.__name__} needs open()")
    known = {*COMMON, *cls.hooks, *cls.optional}
    _refuse(cls, "capabilities", set(cls.capabilities) - known, known)
    tests = {name for name, _ in tests_of(cls)}
    _refuse(cls, "known_failures", set(cls.known_failures) - tests, tests)
    if not all(reason.strip() for reason in cls.known_failures.values()):
        raise TypeError(f"{cls.__name__}.known_failures needs a reason for each")
    for hook in cls.hooks:
        defined = getattr(cls, hook, None) is not getattr(_bare(cls), hook, None)
        if defined != (hook in cls.capabilities):
            raise TypeError(f"{cls.__name__}: define {hook}() and declare it, or neither")


def _is_test(name: str) -> bool:
    return name.startswith("test_")


def _bare(cls: type) -> type:
    return next(base for base in cls.__mro__ if base.__name__.endswith("Contract"))


def _refuse(cls: type, field: str, wrong: set[str], known: set[str]) -> None:
    if wrong:
        raise TypeError(
            f"{cls.__name__}.{field} names {', '.join(sorted(wrong))}; "
            f"known are {', '.join(sorted(known))}"
        )
