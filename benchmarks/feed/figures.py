"""What is made of many measurements: percentiles, and whether a target is met."""

import math
from collections.abc import Callable, Iterable, Sequence

import attrs

from benchmarks.report import Line


def percentile(values: Iterable[float], share: float) -> float:
    """Give the smallest value that so large a share of all does not exceed (nearest rank).

    ValueError without values, and for a share outside (0, 1].
    """
    ordered = sorted(values)
    if not ordered or not 0 < share <= 1:
        raise ValueError("a percentile needs values, and a share above 0 and up to 1")
    # Rounded first: 0.07 * 100 is 7.000000000000001, whose ceiling is 8.
    return ordered[max(math.ceil(round(share * len(ordered), 9)), 1) - 1]


def spread(values: Sequence[float]) -> float:
    """Give how many times the least the greatest is; 1 is flat. ValueError without values."""
    if not values:
        raise ValueError("a spread needs values")
    return max(values) / min(values)


@attrs.frozen
class Target:
    """What a figure is to be, or its ratio to the floor."""

    text: str
    is_met_by: Callable[[float], bool]
    is_of_floor: bool = False


def below(limit: float) -> Target:
    """Ask for less than a limit."""
    return Target(f"< {limit:g}", lambda figure: figure < limit)


def at_most(limit: float) -> Target:
    """Ask for a limit or less."""
    return Target(f"≤ {limit:g}", lambda figure: figure <= limit)


def above(limit: float) -> Target:
    """Ask for more than a limit."""
    return Target(f"> {limit:g}", lambda figure: figure > limit)


def at_least_of_floor(share: float) -> Target:
    """Ask for so many times the floor, or more: of a rate."""
    return Target(f"≥ {share:g} of it", lambda ratio: ratio >= share, is_of_floor=True)


def at_most_of_floor(times: float) -> Target:
    """Ask for so many times the floor, or less: of a time, or a size."""
    return Target(f"≤ {times:g} of it", lambda ratio: ratio <= times, is_of_floor=True)


def judged(
    what: str,
    target: Target,
    *,
    ours: float,
    unit: str,
    floor: float | None = None,
    note: str = "",
    is_valid: bool = True,
) -> Line:
    """Give a line with its verdict: missed, too, when the run was not valid.

    ValueError for a target of a floor that is not there.
    """
    figure = ours
    if target.is_of_floor:
        if not floor:
            raise ValueError(f"{what} has a target of its floor, and no floor")
        figure = ours / floor
    return Line(
        what=what,
        ours=ours,
        floor=floor,
        unit=unit,
        target=target.text,
        is_met=is_valid and target.is_met_by(figure),
        note=note,
    )
