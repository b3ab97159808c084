"""Identifiers: UUID version 7, made by one generator a process."""

import os
import threading
from abc import abstractmethod
from typing import Protocol
from uuid import UUID

from instagram_core.kernel.clock import Clock, to_milliseconds

_COUNTER_BITS = 42
_COUNTER_LIMIT = 1 << _COUNTER_BITS
_RANDOM_TAIL_BYTES = 4


class IdGenerator(Protocol):
    """Makes ids that are unique everywhere."""

    @abstractmethod
    def new(self) -> UUID:
        """Give a fresh version 7 UUID, greater than every one this generator gave before."""


class UuidV7Generator(IdGenerator):
    """UUIDv7 after RFC 9562 §6.2 method 1: 48 bits of time, a 42-bit counter, 32 random bits.

    Ids rise strictly within the process, also when the clock stands still or steps back: then the
    last millisecond is kept and only the counter moves. The counter starts anew, at random, in
    its lower half each millisecond; when it is exhausted the time field is advanced by one.
    """

    def __init__(self, clock: Clock) -> None:
        """Take the time from `clock`."""
        self._clock = clock
        self._lock = threading.Lock()
        self._millisecond = 0
        self._counter = 0

    def new(self) -> UUID:
        """Give the next id; safe to call from several threads."""
        with self._lock:
            millisecond, counter = self._advance()
        tail = int.from_bytes(os.urandom(_RANDOM_TAIL_BYTES))
        return _compose(millisecond, counter, tail)

    def _advance(self) -> tuple[int, int]:
        now = to_milliseconds(self._clock.now())
        if now > self._millisecond:
            self._millisecond, self._counter = now, _fresh_counter()
        else:
            self._counter += 1
            if self._counter == _COUNTER_LIMIT:
                self._millisecond, self._counter = self._millisecond + 1, _fresh_counter()
        return self._millisecond, self._counter


def _fresh_counter() -> int:
    return int.from_bytes(os.urandom(6)) >> (48 - _COUNTER_BITS + 1)


def _compose(millisecond: int, counter: int, tail: int) -> UUID:
    high12, low30 = counter >> 30, counter & ((1 << 30) - 1)
    value = (millisecond & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76 | high12 << 64 | 0b10 << 62 | low30 << 32 | tail
    return UUID(int=value)
