"""When a job is tried again, and when a schedule strikes: pure."""

from collections.abc import Callable

import attrs


@attrs.frozen(kw_only=True)
class RetryPolicy:
    """Exponential back-off with equal jitter.

    After Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
    """

    attempts: int = 3
    """How often a job may fail by its own fault before it is a dead letter."""
    first_delay: float = 1.0
    longest_delay: float = 300.0

    def is_last(self, attempts_before: int) -> bool:
        """Tell whether a failure after so many counted ones is the final one."""
        return attempts_before + 1 >= self.attempts

    def delay(self, attempts_before: int, draw: Callable[[], float]) -> float:
        """Give the seconds to wait: between half of and the whole back-off; `draw` gives [0, 1)."""
        ceiling = min(self.first_delay * 2.0**attempts_before, self.longest_delay)
        return ceiling * (0.5 + draw() / 2)


@attrs.frozen(kw_only=True)
class Period:
    """A recurring moment, the same for every process."""

    name: str
    seconds: int
    offset: int = 0
    """Seconds after the round moment, so that schedules do not strike together."""

    def slot(self, milliseconds: int) -> int:
        """Give the number of the period that a Unix time in ms lies in."""
        return (milliseconds // 1000 - self.offset) // self.seconds


HOUR = 3600
DAY = 24 * HOUR
