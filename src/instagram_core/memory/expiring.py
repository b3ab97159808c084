"""Values that are forgotten in time: what bounds the memory of caches and limits."""

from typing import ClassVar, Generic, TypeVar

from instagram_core.kernel.clock import Clock, to_milliseconds

K = TypeVar("K")
V = TypeVar("V")


class Expiring(Generic[K, V]):
    """Keeps each value until a moment of its own.

    What is over is never given. It is swept out whenever the number of values has doubled, so a
    call costs constant time on average and memory follows the number of values that are alive.
    """

    SWEPT_FROM: ClassVar[int] = 1024
    """Below this many values a sweep is not worth its time."""

    def __init__(self, clock: Clock) -> None:
        """Take the time from `clock`."""
        self._clock = clock
        self._kept: dict[K, tuple[V, int]] = {}
        self._sweep_at = self.SWEPT_FROM

    def __len__(self) -> int:
        """Give how many values take memory, those not among them that were swept."""
        return len(self._kept)

    def get(self, key: K) -> V | None:
        """Give the value of `key`; None when it is absent or over."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        value, until = kept
        if until <= self._now():
            del self._kept[key]
            return None
        return value

    def put(self, key: K, value: V, seconds: float) -> None:
        """Keep `value` for `seconds`, replacing what was there."""
        now = self._now()
        self._kept[key] = value, now + round(seconds * 1000)
        if len(self._kept) >= self._sweep_at:
            self._kept = {key: kept for key, kept in self._kept.items() if now < kept[1]}
            self._sweep_at = max(self.SWEPT_FROM, 2 * len(self._kept))

    def drop(self, key: K) -> None:
        """Forget the value of `key`, if there is one."""
        self._kept.pop(key, None)

    def _now(self) -> int:
        return to_milliseconds(self._clock.now())
