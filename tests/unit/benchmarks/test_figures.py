"""What benchmarks make of their measurements."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.feed.figures import (
    Target,
    above,
    at_least_of_floor,
    at_most,
    at_most_of_floor,
    below,
    judged,
    percentile,
    spread,
)

VALUES = st.lists(st.integers(-1000, 1000), min_size=1, max_size=60)


def test_a_percentile_is_one_of_the_values() -> None:
    """The nearest rank: of a hundred values the 99th, of four the second."""
    assert percentile(range(1, 101), 0.99) == 99
    assert percentile([4, 1, 3, 2], 0.5) == 2
    assert percentile([7], 0.99) == 7
    assert percentile(range(1, 101), 0.07) == 7


@given(VALUES, st.integers(1, 100))
def test_a_percentile_is_the_smallest_value_that_covers_its_share(
    values: list[int], percent: int
) -> None:
    """As the definition has it, value by value."""
    covering = [
        value
        for value in values
        if 100 * sum(other <= value for other in values) >= percent * len(values)
    ]

    assert percentile(values, percent / 100) == min(covering)


@pytest.mark.parametrize(("values", "share"), [([], 0.5), ([1.0], 0), ([1.0], 1.01)])
def test_a_percentile_of_nothing_is_refused(values: list[float], share: float) -> None:
    """Nothing is measured by no value, nor by no share of them."""
    with pytest.raises(ValueError, match="a percentile needs"):
        percentile(values, share)


def test_a_spread_is_how_many_times_the_least_the_greatest_is() -> None:
    """One where all are equal."""
    assert math.isclose(spread([2.0, 3.0, 2.5]), 1.5)
    assert math.isclose(spread([4.0]), 1.0)
    with pytest.raises(ValueError, match="a spread needs"):
        spread([])


@pytest.mark.parametrize(
    ("target", "figure", "is_met"),
    [
        (below(5), 4.99, True),
        (below(5), 5, False),
        (above(1500), 1500, False),
        (above(1500), 1501, True),
        (at_most(1.2), 1.2, True),
        (at_most(1.2), 1.21, False),
    ],
)
def test_a_figure_meets_its_target_or_not(target: Target, figure: float, is_met: bool) -> None:  # noqa: FBT001 - a row of the table
    """Limits are met where the issue says so: below and above are strict."""
    assert judged("x", target, ours=figure, unit="ms").is_met is is_met


@pytest.mark.parametrize(
    ("target", "ours", "is_met"),
    [
        (at_least_of_floor(0.6), 60, True),
        (at_least_of_floor(0.6), 59, False),
        (at_most_of_floor(1.3), 130, True),
        (at_most_of_floor(1.3), 131, False),
    ],
)
def test_a_ratio_meets_its_target_or_not(target: Target, ours: float, is_met: bool) -> None:  # noqa: FBT001 - a row of the table
    """Against a floor it is the ratio that counts."""
    assert judged("x", target, ours=ours, floor=100, unit="ms").is_met is is_met


def test_a_run_that_was_not_valid_misses_its_target() -> None:
    """Answers that failed are quick, and count for nothing."""
    line = judged("x", above(1), ours=1000, unit="requests/s", is_valid=False)

    assert line.is_met is False


def test_a_ratio_without_a_floor_is_refused() -> None:
    """A line that compares with nothing would always be met."""
    with pytest.raises(ValueError, match="has a target of its floor"):
        judged("x", at_least_of_floor(0.6), ours=1, unit="ms")
