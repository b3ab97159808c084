"""Values that are forgotten in time."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instagram_core.memory.expiring import Expiring
from instagram_core.testing.clocks import ManualClock

KEYS = st.integers(0, 3)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), KEYS, st.sampled_from([0.001, 1, 2, 5])),
        st.tuples(st.just("drop"), KEYS, st.just(0)),
        st.tuples(st.just("wait"), st.just(0), st.sampled_from([0.001, 0.999, 1, 3])),
    ),
    max_size=30,
)


@pytest.fixture(autouse=True)
def _early_sweeps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sweep from two values on, so that small examples reach it."""
    monkeypatch.setattr(Expiring, "SWEPT_FROM", 2)


@given(steps=STEPS)
def test_what_is_given_is_what_is_not_over(steps: Sequence[tuple[str, int, float]]) -> None:
    """Swept or not, a value is there until its moment and not at it."""
    clock = ManualClock()
    kept: Expiring[int, int] = Expiring(clock)
    model: dict[int, tuple[int, float]] = {}
    elapsed = 0

    for number, (name, key, seconds) in enumerate(steps):
        milliseconds = round(seconds * 1000)
        if name == "put":
            kept.put(key, number, seconds)
            model[key] = number, elapsed + milliseconds
        elif name == "drop":
            kept.drop(key)
            model.pop(key, None)
        else:
            clock.advance(seconds)
            elapsed += milliseconds
        alive = {k: value for k, (value, until) in model.items() if elapsed < until}
        given_now = {k: value for k in range(4) if (value := kept.get(k)) is not None}
        assert given_now == alive


def test_memory_follows_what_is_alive() -> None:
    """Nobody asks for the old values again, and they go all the same."""
    clock = ManualClock()
    kept: Expiring[int, str] = Expiring(clock)

    for number in range(1000):
        kept.put(number, "value", seconds=10)
        clock.advance(1)

    assert len(kept) <= 2 * 11
