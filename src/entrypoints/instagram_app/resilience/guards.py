"""The guards of a process: one for each server it uses."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Final

from instagram_app.resilience.guard import DependencyGuard

MOST: Final[Mapping[str, int]] = {
    "amqp": 64,
    "cassandra": 512,
    "postgres": 256,
    "s3": 128,
    "valkey": 2048,
}
"""Exchanges of one process that may be under way at once. Whoever is quick may have more."""
_OTHERS: Final = 256


class Guards(AbstractAsyncContextManager["Guards"]):
    """Gives each dependency its guard; leaving the block ends their probes."""

    def __init__(self) -> None:
        """Start without any: a guard is made when it is first asked for."""
        self._guards: dict[str, DependencyGuard] = {}

    def of(self, name: str) -> DependencyGuard:
        """Give the guard of a dependency, the same one every time."""
        if name not in self._guards:
            self._guards[name] = DependencyGuard(name, most=MOST.get(name, _OTHERS))
        return self._guards[name]

    def is_away(self, name: str) -> bool:
        """Tell whether a dependency is known to be away; one that is not used is not."""
        guard = self._guards.get(name)
        return guard is not None and guard.is_open

    def numbers(self) -> Mapping[str, Mapping[str, int]]:
        """Give the numbers of every dependency, by its name.

        `open` (1 while it is known to be away), `running` exchanges, and how many there were by
        what came of them: `answered`, `failed`, `abandoned` by the caller, `refused`.
        """
        return {
            name: {"open": int(guard.is_open), "running": guard.running, **guard.calls}
            for name, guard in sorted(self._guards.items())
        }

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close every guard."""
        for guard in self._guards.values():
            await guard.close()
