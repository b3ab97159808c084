"""What a benchmark prints: a table for people, a JSON file for programs."""

import json
import platform
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs


@attrs.frozen(kw_only=True)
class Line:
    """One thing measured, beside its floor in the same run."""

    what: str
    ours: float
    floor: float | None = None
    unit: str
    target: str = ""
    is_met: bool | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Give ours over the floor; None without one."""
        return None if not self.floor else self.ours / self.floor


def show(title: str, lines: Sequence[Line]) -> None:
    """Print the table on stdout, and say which targets are missed."""
    print(f"\n{title}  ({platform.python_version()}, {platform.machine()})")
    rows = [("what", "ours", "floor", "ratio", "unit", "target", ""), *map(_row, lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())


def save(path: Path | None, results: dict[str, Sequence[Line]]) -> None:
    """Write all lines to `path` as JSON; nothing when it is None."""
    if path is None:
        return
    document: dict[str, Any] = {
        "python": sys.version,
        "results": {
            title: [{**attrs.asdict(line), "ratio": line.ratio} for line in lines]
            for title, lines in results.items()
        },
    }
    path.write_text(json.dumps(document, indent=2) + "\n")


def _row(line: Line) -> tuple[str, ...]:
    verdict = {None: "", True: "met", False: "MISSED"}[line.is_met]
    return (
        line.what,
        _number(line.ours),
        _number(line.floor),
        "" if line.ratio is None else f"{line.ratio:.2f}",
        line.unit,
        line.target,
        " ".join(filter(None, (verdict, line.note))),
    )


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
