"""How far long work is: a bar on a terminal, lines elsewhere. On standard error."""

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def tracked(items: Iterable[T], words: str, total: int) -> Iterator[T]:
    """Give the items, telling how many of `total` are done."""
    if sys.stderr.isatty():
        yield from _with_bar(items, words, total)
    else:
        yield from _with_lines(items, words, total)


def _with_bar(items: Iterable[T], words: str, total: int) -> Iterator[T]:
    from rich.console import Console
    from rich.progress import track

    yield from track(items, words.ljust(20), total=total, console=Console(stderr=True))


def _with_lines(items: Iterable[T], words: str, total: int) -> Iterator[T]:
    step, done = max(total // 5, 1), 0
    for done, item in enumerate(items, 1):
        yield item
        if done % step == 0 and done != total:
            sys.stderr.write(f"{words}: {done} of {total}\n")
    sys.stderr.write(f"{words}: {done} of {total}\n")
