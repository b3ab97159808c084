"""`python -m benchmarks [suite …] [--json FILE]`: tables of what was measured.

Pictures have a command of their own: `python benchmarks/images.py`.
"""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from benchmarks import (
    cassandra,
    jobs,
    likes,
    limits,
    media,
    processes,
    ranked,
    report,
    start,
    timelines,
    valkey,
)
from benchmarks.feed import tables, truth
from benchmarks.report import Line

SUITES: dict[str, Callable[[], Awaitable[Sequence[Line]]]] = {
    "likes": likes.measure,
    "feed": tables.measure,
    "growth": truth.growth,
    "ranked": ranked.measure,
    "start": start.measure,
    "timelines": timelines.measure,
    "limits": limits.measure,
    "valkey": valkey.measure,
    "jobs": jobs.measure,
    "media": media.measure,
    "cassandra": cassandra.measure,
    "processes": processes.measure,
}


async def _run(names: Sequence[str], path: Path | None) -> int:
    results = {}
    for name in names:
        results[name] = await SUITES[name]()
        report.show(name, results[name])
        report.save(path, results)
    missed = [line.what for lines in results.values() for line in lines if line.is_met is False]
    print(f"\ntargets missed: {', '.join(missed) or 'none'}")
    return int(bool(missed))


def main() -> int:
    """Measure; 1 when a target was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("suites", nargs="*", metavar="suite", help=f"of {', '.join(SUITES)}")
    parser.add_argument("--json", type=Path, help="where to write the numbers")
    arguments = parser.parse_args()
    if unknown := set(arguments.suites) - set(SUITES):
        parser.error(f"no such suite: {', '.join(sorted(unknown))}")
    return asyncio.run(_run(arguments.suites or list(SUITES), arguments.json))


if __name__ == "__main__":
    sys.exit(main())
