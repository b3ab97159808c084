"""A clock that can stand in the past, so that two weeks happen in a minute."""

from datetime import datetime, timedelta

from instagram_core.kernel.clock import Clock, SystemClock


class DemonstrationClock(Clock):
    """Runs as the machine's does, some time behind it."""

    def __init__(self) -> None:
        """Begin in the present."""
        self._machine = SystemClock()
        self._behind = timedelta()

    def now(self) -> datetime:
        """Give the present moment of the demonstration."""
        return self._machine.now() - self._behind

    def go_back(self, seconds: float) -> None:
        """Stand `seconds` before the machine's time from now on."""
        self._behind = timedelta(seconds=seconds)
