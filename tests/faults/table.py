"""The table of what was seen, and its place in the documentation."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import attrs

from tests.faults.befalling import FAULTS
from tests.faults.dependencies import TITLES
from tests.faults.traffic import KINDS, Answer

PAGE: Final = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN: Final = "<!-- written by tests/faults -->"
END: Final = "<!-- end of what tests/faults wrote -->"
WRITE: Final = "INSTAGRAM_TEST_WRITE_RELIABILITY"
"""Set to write the table into the page."""
_SHOWN: Final = tuple(kind for kind in KINDS if kind != "health")
_HEAD: Final = (
    "| server | fault | "
    + " | ".join(_SHOWN)
    + " | slowest answer | refused within, once known | back after |"
)


@attrs.frozen
class Row:
    """What was seen of one fault of one server."""

    server: str
    fault: str
    answers: tuple[Answer, ...]
    refused_seconds: float | None
    """Of the median refusal while the server was known to be away; None: none was refused."""
    recovery_seconds: float

    def __str__(self) -> str:
        """Give the line of the table."""
        slowest = max(answer.seconds for answer in self.answers)
        refused = "-" if self.refused_seconds is None else f"{self.refused_seconds * 1000:.0f} ms"
        cells = (
            TITLES[self.server],
            self.fault,
            *(_cell(one for one in self.answers if one.kind == kind) for kind in _SHOWN),
            f"{slowest:.1f} s",
            refused,
            f"{self.recovery_seconds:.1f} s",
        )
        return f"| {' | '.join(cells)} |"


def write(rows: Iterable[Row]) -> None:
    """Put rows in the place of those of the same server and fault, if that was asked for."""
    if not os.environ.get(WRITE):
        return
    before, _, rest = PAGE.read_text().partition(BEGIN)
    old, _, after = rest.partition(END)
    lines = {pair: line for line in old.splitlines() if (pair := pair_of(line)) is not None}
    lines |= {(TITLES[row.server], row.fault): str(row) for row in rows}
    order = [(title, fault) for title in TITLES.values() for fault in FAULTS]
    ordered = [lines[pair] for pair in order if pair in lines]
    separator = "|".join(["", *["---"] * (_HEAD.count("|") - 1), ""])
    body = "\n".join((BEGIN, "", _HEAD, separator, *ordered, "", END))
    PAGE.write_text(before + body + after)


def pair_of(line: str) -> tuple[str, str] | None:
    """Give the server and the fault that a line is about; None for other lines."""
    cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
    return (cells[0], cells[1]) if cells[0] in TITLES.values() else None


def _cell(answers: Iterable[Answer]) -> str:
    every = [answer.is_good for answer in answers]
    good = sum(every)
    if good == len(every):
        return "answered"
    return "503" if not good else f"{100 * good // len(every)} % answered, else 503"
