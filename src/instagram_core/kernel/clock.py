"""Time, injected everywhere: nothing in the core asks the machine directly."""

from abc import abstractmethod
from datetime import UTC, datetime, timedelta
from typing import Protocol

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Clock(Protocol):
    """Tells the time."""

    @abstractmethod
    def now(self) -> datetime:
        """Give the present moment: aware, UTC, whole milliseconds. It may step backwards."""


class SystemClock(Clock):
    """The machine's clock, truncated to milliseconds."""

    def now(self) -> datetime:
        """Give the machine's time."""
        moment = datetime.now(UTC)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def to_milliseconds(moment: datetime) -> int:
    """Give Unix milliseconds, rounding down; exact, without floats."""
    return (moment - EPOCH) // _MILLISECOND


def from_milliseconds(milliseconds: int) -> datetime:
    """Give the aware UTC datetime of Unix milliseconds."""
    return EPOCH + timedelta(milliseconds=milliseconds)
