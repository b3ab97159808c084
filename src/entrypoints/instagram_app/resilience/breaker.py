"""When a dependency counts as away: a decision over what its last calls came to."""

import attrs


@attrs.frozen(kw_only=True)
class BreakerPolicy:
    """How many failures are too many, and how long nobody is let through then."""

    share: float = 0.5
    """Of the calls that ended, from which on the dependency counts as away."""
    calls: int = 3
    """Fewer than these decide nothing."""
    seconds: int = 10
    """How far back calls count. Two seconds are enough when there were as many calls in them:
    what a busy server answered before it went away does not keep callers waiting."""
    pause: float = 2.0
    """Seconds from opening, and from each probe that failed, to the next probe."""


@attrs.define
class _Second:
    number: int = -1
    calls: int = 0
    failures: int = 0


class Breaker:
    """Closed while a dependency answers, open while it is known to be away.

    It opens by what calls came to, and closes only when somebody who probed says so. Time is any
    number of seconds that never goes back.
    """

    def __init__(self, policy: BreakerPolicy) -> None:
        """Start closed, knowing nothing."""
        self._policy = policy
        self._ring = [_Second() for _ in range(policy.seconds)]
        self.is_open = False
        self.generation = 0
        """Grows when it opens and when it closes: older calls tell nothing about now."""

    def record(self, now: float, *, is_failure: bool) -> bool:
        """Count a call that ended; True when this one opened the breaker."""
        number = int(now)
        second = self._ring[number % len(self._ring)]
        if second.number != number:
            second.number, second.calls, second.failures = number, 0, 0
        second.calls += 1
        if not is_failure:
            return False
        second.failures += 1
        if self.is_open or not self._is_too_much(number):
            return False
        self.open()
        return True

    def open(self) -> None:
        """Let nobody through."""
        self.is_open = True
        self.generation += 1

    def close(self) -> None:
        """Let calls through again, and forget what there was."""
        self.is_open = False
        self.generation += 1
        self._ring = [_Second() for _ in self._ring]

    def _is_too_much(self, now: int) -> bool:
        calls = failures = 0
        for back in range(len(self._ring)):
            second = self._ring[(now - back) % len(self._ring)]
            if second.number == now - back:
                calls += second.calls
                failures += second.failures
            is_enough = back > 0 and calls >= self._policy.calls
            if is_enough and failures >= self._policy.share * calls:
                return True
        return False
