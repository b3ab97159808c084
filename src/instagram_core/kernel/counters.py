"""Counters that are kept beside what they count, and how they are proven right."""

from abc import abstractmethod
from collections.abc import AsyncIterator
from typing import Protocol
from uuid import UUID

import attrs


@attrs.frozen(kw_only=True)
class CounterDifference:
    """A counter that did not equal the length of its list."""

    counter: str
    subject: UUID
    stored: int
    actual: int


class CounterRepair(Protocol):
    """Recomputes counters from the rows they count."""

    @abstractmethod
    def repair(self, *, dry_run: bool) -> AsyncIterator[CounterDifference]:
        """Give every counter that is wrong, and unless `dry_run` set it right.

        Safe beside concurrent writes: a counter is compared and mended under its locks.
        """
