"""Moments and milliseconds are the same thing."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from instagram_core.kernel.clock import EPOCH, SystemClock, from_milliseconds, to_milliseconds

MICROSECONDS = st.integers(-(1 << 51), 1 << 53)


@given(milliseconds=st.integers(-(1 << 40), 1 << 44))
def test_milliseconds_survive_as_a_moment(milliseconds: int) -> None:
    """Exactly, before 1970 too."""
    assert to_milliseconds(from_milliseconds(milliseconds)) == milliseconds


@given(microseconds=MICROSECONDS)
def test_a_moment_is_rounded_down(microseconds: int) -> None:
    """Never up, or what was published could lie in the future."""
    moment = EPOCH + timedelta(microseconds=microseconds)
    rounded = from_milliseconds(to_milliseconds(moment))

    assert timedelta(0) <= moment - rounded < timedelta(milliseconds=1)


def test_the_time_zone_does_not_matter() -> None:
    """A moment is the same everywhere."""
    elsewhere = EPOCH.astimezone(timezone(timedelta(hours=9)))

    assert to_milliseconds(elsewhere) == 0


def test_the_system_clock_tells_aware_whole_milliseconds() -> None:
    """In UTC, and close to what the machine says."""
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    now = SystemClock().now()

    assert now.tzinfo is UTC
    assert now.microsecond % 1000 == 0
    assert before <= now <= datetime.now(UTC)
