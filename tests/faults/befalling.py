"""The faults: how each begins and how it ends."""

from collections.abc import Callable
from typing import Final

import attrs

from tests.faults.dependencies import Dependency

_LATENCY: Final = 0.3
_ANSWER: Final = 700
"""Bytes: enough to be let in by any of the servers, too few for an answer of some length."""


@attrs.frozen(kw_only=True)
class Fault:
    """Something that befalls a server while people use the app."""

    name: str
    begin: Callable[[Dependency], None]
    end: Callable[[Dependency], None]
    seconds: float = 4.0
    """How long people go on meanwhile."""


def _nothing(_: Dependency) -> None:
    """Leave it as it is."""


def _restart(dependency: Dependency) -> None:
    dependency.kill()
    dependency.restart()


FAULTS: Final = {
    fault.name: fault
    for fault in (
        Fault(
            name="killed",
            begin=lambda dependency: dependency.kill(),
            end=lambda dependency: dependency.restart(),
        ),
        Fault(
            name="frozen",
            begin=lambda dependency: dependency.freeze(),
            end=lambda dependency: dependency.thaw(),
            seconds=6.0,
        ),
        Fault(
            name="slow",
            begin=lambda dependency: dependency.proxy.slow_down(_LATENCY),
            end=lambda dependency: dependency.proxy.let_through(),
        ),
        Fault(
            name="cut in mid-answer",
            begin=lambda dependency: dependency.proxy.cut_answers(_ANSWER),
            end=lambda dependency: dependency.proxy.let_through(),
        ),
        Fault(name="restarted", begin=_restart, end=_nothing, seconds=2.0),
        Fault(
            name="started late",
            begin=lambda dependency: dependency.proxy.refuse(),
            end=lambda dependency: dependency.proxy.let_through(),
            seconds=2.0,
        ),
    )
}
