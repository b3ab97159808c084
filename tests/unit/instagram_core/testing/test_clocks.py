"""The clock that moves when it is told to."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from instagram_core.testing.clocks import START, ManualClock


def test_it_stands_still() -> None:
    """Two looks give one moment."""
    clock = ManualClock()
    assert START == clock.now() == clock.now()


def test_it_moves_both_ways() -> None:
    """A negative number steps back."""
    clock = ManualClock()
    clock.advance(1.5)
    clock.advance(-3600)
    assert START + timedelta(seconds=1.5 - 3600) == clock.now()


def test_it_has_whole_milliseconds() -> None:
    """Finer parts are cut off, as every clock does."""
    clock = ManualClock()
    clock.advance(0.0019)
    assert START + timedelta(milliseconds=1) == clock.now()


def test_it_gives_utc() -> None:
    """Whatever zone it was set in."""
    clock = ManualClock()
    clock.set(datetime(2026, 1, 1, 2, tzinfo=timezone(timedelta(hours=2))))
    assert (datetime(2026, 1, 1, tzinfo=UTC), UTC) == (clock.now(), clock.now().tzinfo)


def test_a_naive_moment_is_refused() -> None:
    """It means something else on every machine."""
    with pytest.raises(ValueError, match="aware"):
        ManualClock().set(datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point
