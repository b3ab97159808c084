"""How the parts of one process tell each other things."""

from collections.abc import Callable

import attrs

from instagram_app.resilience.guards import Guards


class Bell:
    """Rings after local writes, so that the worker of the same process looks at once."""

    def __init__(self) -> None:
        """Start with nobody listening."""
        self._listeners: list[Callable[[], None]] = []

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener` at every ring."""
        self._listeners.append(listener)

    def ring(self) -> None:
        """Say that there may be work. Cheap; rings that nobody needs do no harm."""
        for listener in self._listeners:
            listener()


@attrs.define
class Readiness:
    """Whether this process takes requests; about itself, never about the servers it uses."""

    is_ready: bool = True
    """False once the process drains: no new requests, please."""


class Truth:
    """The store of record, as far as this process knows."""

    def __init__(self, guards: Guards) -> None:
        """Believe what `guards` found out."""
        self._guards = guards

    @property
    def is_away(self) -> bool:
        """Tell whether it is known to be away: nothing is written, and nothing read, meanwhile."""
        return self._guards.is_away("postgres")
