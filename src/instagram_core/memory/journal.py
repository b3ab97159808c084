"""Tables whose changes can be taken back."""

from collections.abc import Callable, Iterator, MutableMapping
from typing import TypeVar

from instagram_core.kernel.errors import TransactionError

K = TypeVar("K")
V = TypeVar("V")


class Journal:
    """Remembers how to undo each change of the unit of work under way."""

    def __init__(self) -> None:
        """Begin with nothing under way."""
        self._undo: list[Callable[[], object]] | None = None

    def begin(self) -> None:
        """Start a unit of work."""
        self._undo = []

    def record(self, undo: Callable[[], object]) -> None:
        """Remember what takes the latest change back; TransactionError outside a unit of work."""
        if self._undo is None:
            raise TransactionError("tables change inside a unit of work only")
        self._undo.append(undo)

    def commit(self) -> None:
        """Keep every change."""
        self._undo = None

    def roll_back(self) -> None:
        """Take every change back, the latest first."""
        undo, self._undo = self._undo or [], None
        for take_back in reversed(undo):
            take_back()


class Table(MutableMapping[K, V]):
    """A dictionary that records in a journal how to undo each change.

    Values must be immutable: a row changes by being replaced, or the journal would not see it.
    """

    def __init__(self, journal: Journal) -> None:
        """Begin empty."""
        self._journal = journal
        self._rows: dict[K, V] = {}

    def __getitem__(self, key: K) -> V:
        return self._rows[key]

    def __setitem__(self, key: K, value: V) -> None:
        self._record(key)
        self._rows[key] = value

    def __delitem__(self, key: K) -> None:
        if key not in self._rows:
            raise KeyError(key)
        self._record(key)
        del self._rows[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def _record(self, key: K) -> None:
        if key in self._rows:
            before = self._rows[key]
            self._journal.record(lambda: self._rows.__setitem__(key, before))
        else:
            self._journal.record(lambda: self._rows.pop(key))
