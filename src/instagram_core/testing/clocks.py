"""A clock that moves when it is told to."""

from datetime import UTC, datetime, timedelta

from instagram_core.kernel.clock import Clock

START = datetime(2026, 1, 1, 12, tzinfo=UTC)


class ManualClock(Clock):
    """Stands still until a test advances or sets it; whole milliseconds, like every clock."""

    def __init__(self, start: datetime = START) -> None:
        """Stand at `start`."""
        self._now = start
        self.set(start)

    def now(self) -> datetime:
        """Give the moment at which the clock stands."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move by `seconds`; a negative number steps back."""
        self.set(self._now + timedelta(seconds=seconds))

    def set(self, moment: datetime) -> None:
        """Stand at `moment`, truncated to milliseconds; ValueError when it is naive."""
        if moment.tzinfo is None:
            raise ValueError("a clock needs an aware moment")
        moment = moment.astimezone(UTC)
        self._now = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
