"""How the parts of one process tell each other things."""

from collections.abc import Callable

import attrs


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
