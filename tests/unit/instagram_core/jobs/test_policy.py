"""When jobs are tried again, and when schedules strike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instagram_core.jobs.policy import DAY, HOUR, Period, RetryPolicy

DRAWS = st.floats(0, 1, exclude_max=True)


def test_a_job_is_tried_three_times_in_all() -> None:
    """The third counted failure is the final one."""
    assert [RetryPolicy().is_last(before) for before in range(4)] == [False, False, True, True]


def test_the_wait_doubles_up_to_the_longest() -> None:
    """Without jitter the waits are 1, 2, 4 seconds and so on, and never over the bound."""
    policy = RetryPolicy(attempts=20, first_delay=1, longest_delay=10)

    waits = [policy.delay(before, lambda: 0.999999999) for before in range(6)]

    assert waits == pytest.approx([1, 2, 4, 8, 10, 10])


@given(st.integers(0, 200), DRAWS)
def test_jitter_takes_at_most_half_of_the_wait(before: int, draw: float) -> None:
    """Equal jitter: between half of the back-off and all of it, whatever is drawn."""
    policy = RetryPolicy()
    ceiling = min(policy.first_delay * 2**before, policy.longest_delay)

    wait = policy.delay(before, lambda: draw)

    assert ceiling / 2 <= wait <= ceiling


@given(st.integers(0, 4_000_000_000_000), st.sampled_from([HOUR, DAY, 60]), st.integers(0, 3599))
def test_a_slot_lasts_exactly_one_period(moment: int, seconds: int, offset: int) -> None:
    """The same slot holds from its first millisecond to its last; then the next one begins."""
    period = Period(name="sweep", seconds=seconds, offset=offset)
    slot = period.slot(moment)
    begin = (slot * seconds + offset) * 1000
    end = begin + seconds * 1000

    assert begin <= moment < end
    assert period.slot(begin) == slot == period.slot(end - 1)
    assert period.slot(begin - 1) == slot - 1
    assert period.slot(end) == slot + 1


def test_an_offset_moves_the_strike() -> None:
    """Schedules of one length with different offsets do not strike at the same moment."""
    plain, later = (Period(name="n", seconds=HOUR, offset=offset) for offset in (0, 300))
    hour = HOUR * 1000

    assert plain.slot(hour) == plain.slot(hour - 1) + 1
    assert later.slot(hour) == later.slot(hour - 1)
    assert later.slot(hour + 300_000) == later.slot(hour) + 1
