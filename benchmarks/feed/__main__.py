"""`python -m benchmarks.feed [table …] [--profile full|embedded] [--json FILE]`.

Prints each table of the home feed with its method, and at the end which targets are missed.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import report
from benchmarks.feed.tables import METHODS, PROFILES, TABLES, measured
from benchmarks.report import Line


async def _run(tables: Sequence[str], profiles: Sequence[str], path: Path | None) -> int:
    results: dict[str, Sequence[Line]] = {}
    for profile in profiles:
        for table in tables:
            title = f"feed: {table}, {profile} profile"
            results[title] = await measured(table, profile)
            report.show(title, results[title])
            report.save(path, results)
            print(f"\n{(METHODS[table] or '').strip()}")
    missed = [
        f"{title}: {line.what}"
        for title, lines in results.items()
        for line in lines
        if line.is_met is False
    ]
    print("\ntargets missed:", *(missed or ["none"]), sep="\n  ")
    return int(bool(missed))


def main() -> int:
    """Measure; 1 when a target was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.feed", description=__doc__)
    parser.add_argument("tables", nargs="*", metavar="table", help=f"of {', '.join(TABLES)}")
    parser.add_argument("--profile", choices=PROFILES, help="by default both")
    parser.add_argument("--json", type=Path, help="where to write the numbers")
    arguments = parser.parse_args()
    if unknown := set(arguments.tables) - set(TABLES):
        parser.error(f"no such table: {', '.join(sorted(unknown))}")
    profiles = PROFILES if arguments.profile is None else (arguments.profile,)
    return asyncio.run(_run(arguments.tables or list(TABLES), profiles, arguments.json))


if __name__ == "__main__":
    sys.exit(main())
