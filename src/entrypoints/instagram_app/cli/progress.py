"""How far long work is: a bar on a terminal, lines elsewhere. On standard error."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

_LINES: Final = 5

Advance = Callable[[int], None]


@contextmanager
def progress(words: str, total: int) -> Iterator[Advance]:
    """Give what to call with how many more of `total` are done."""
    if sys.stderr.isatty():
        with _bar(words, total) as advance:
            yield advance
    else:
        yield _Lines(words, total).advance


@contextmanager
def _bar(words: str, total: int) -> Iterator[Advance]:
    from rich.console import Console
    from rich.progress import Progress

    # What is printed meanwhile goes above the bar, but not where it belongs in a file.
    with Progress(console=Console(stderr=True), redirect_stdout=sys.stdout.isatty()) as shown:
        task = shown.add_task(words.ljust(12), total=total)
        yield lambda count: shown.advance(task, count)


class _Lines:
    """Tells of every fifth of the work."""

    def __init__(self, words: str, total: int) -> None:
        self._words = words
        self._total = max(total, 1)
        self._done = 0

    def advance(self, count: int) -> None:
        """Say how far it is when another fifth is done."""
        before = self._done * _LINES // self._total
        self._done += count
        if self._done * _LINES // self._total > before:
            sys.stderr.write(f"{self._words}: {self._done} of {self._total}\n")
