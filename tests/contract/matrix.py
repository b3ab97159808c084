"""Which adapter keeps which port's contract, as a table of what ran."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

_CONTRACTS: Final = "instagram_core.testing.contracts"
_SUFFIX: Final = "Contract"
_FOLDER: Final = "contract"
_FIRST: Final = "memory"
_NONE: Final = "-"

TITLE: Final = "ports and adapters"
LEGEND: Final = f"✓ passed, ✗ failed, (skipped: not declared, or not here), {_NONE} no such adapter"

Cell = tuple[str, str]
"""A port and an adapter."""


def port_of(tested: type) -> str | None:
    """Give the port whose contract a test class keeps; None when it keeps none of the kit."""
    for base in tested.__mro__:
        if base.__module__.startswith(_CONTRACTS) and base.__name__.endswith(_SUFFIX):
            return base.__name__.removesuffix(_SUFFIX)
    return None


def adapter_of(path: Path) -> str:
    """Give the adapter that a test file is about: the folder it lies in."""
    parts = path.parts[:-1]
    if _FOLDER in parts[:-1]:
        return parts[len(parts) - parts[::-1].index(_FOLDER)]
    return parts[-1]


class Matrix:
    """Counts tests of contracts by port, adapter and outcome."""

    def __init__(self) -> None:
        """Begin with none."""
        self._outcomes = dict[tuple[Cell, str], str]()

    def add(self, cell: Cell, test: str, outcome: str) -> None:
        """Count what one phase of a test came to: the worst of its phases is what it came to."""
        order = ("passed", "skipped", "failed")
        known = self._outcomes.get((cell, test), "passed")
        self._outcomes[cell, test] = max(known, outcome, key=order.index)

    def lines(self) -> Iterator[str]:
        """Give the table, a row for each port and a column for each adapter; nothing if empty."""
        counts = dict[Cell, Counter[str]]()
        for (cell, _), outcome in self._outcomes.items():
            counts.setdefault(cell, Counter())[outcome] += 1
        if not counts:
            return
        ports = sorted({port for port, _ in counts})
        adapters = sorted({adapter for _, adapter in counts}, key=lambda one: (one != _FIRST, one))
        rows = [["", *adapters], *([port, *_cells(counts, port, adapters)] for port in ports)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for first, *others in rows:
            cells = (f"{text:>{width}}" for text, width in zip(others, widths[1:], strict=True))
            yield "  ".join([f"{first:<{widths[0]}}", *cells]).rstrip()


def _cells(counts: Mapping[Cell, Counter[str]], port: str, adapters: list[str]) -> Iterator[str]:
    for adapter in adapters:
        found = counts.get((port, adapter), Counter())
        signs = {"failed": "✗ {}", "passed": "✓ {}", "skipped": "({})"}
        shown = [sign.format(found[one]) for one, sign in signs.items() if found[one]]
        yield " ".join(shown) or _NONE
