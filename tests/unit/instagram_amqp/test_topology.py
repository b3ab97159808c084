"""How long a job waits for another attempt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instagram_amqp.topology import STEPS, step_for


@pytest.mark.parametrize(
    ("delay", "step"), [(-1, None), (0, None), (0.1, 1), (1, 1), (1.01, 2), (29, 30), (9999, 300)]
)
def test_a_wait_takes_the_next_longer_step(delay: float, step: int | None) -> None:
    """None at all when it is over; the longest when none is long enough."""
    assert step == step_for(delay)


@given(delay=st.floats(min_value=0.001, max_value=300))
def test_no_wait_is_cut_short(delay: float) -> None:
    """And no shorter step would have done."""
    step = step_for(delay)
    assert step is not None
    assert step >= delay
    assert all(other >= step for other in STEPS if other >= delay)
