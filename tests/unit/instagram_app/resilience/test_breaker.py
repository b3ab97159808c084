"""When a dependency counts as away."""

from hypothesis import given
from hypothesis import strategies as st

from instagram_app.resilience.breaker import Breaker, BreakerPolicy

_CALLS = st.lists(st.tuples(st.integers(min_value=0, max_value=4000), st.booleans()), max_size=60)


def test_opens_when_half_of_three_calls_failed() -> None:
    """Two failures of three calls are enough, the third call need not be the first to fail."""
    breaker = Breaker(BreakerPolicy())
    opened = [breaker.record(0.1, is_failure=failed) for failed in (True, False, True)]
    assert (opened, breaker.is_open) == ([False, False, True], True)


def test_stays_closed_while_there_were_two_calls_only() -> None:
    """Two calls say little, even when both failed."""
    breaker = Breaker(BreakerPolicy())
    assert [breaker.record(0.1, is_failure=True) for _ in range(2)] == [False, False]


def test_stays_closed_while_most_calls_are_answered() -> None:
    """Three failures among four answers are less than a half."""
    breaker = Breaker(BreakerPolicy())
    outcomes = [False] * 4 + [True] * 3
    assert not any(breaker.record(1.0, is_failure=failed) for failed in outcomes)


def test_opens_within_two_seconds_however_busy_the_server_was() -> None:
    """Many answers of a moment ago do not outweigh that there are none now."""
    breaker = Breaker(BreakerPolicy())
    for _ in range(1000):
        breaker.record(0.5, is_failure=False)
    opened = [breaker.record(second, is_failure=True) for second in (1.0, 1.5, 1.9, 2.0, 2.1)]
    assert opened == [False, False, False, True, False]


def test_bears_connections_that_are_lost_together() -> None:
    """A few failures of a busy server, however close to each other, are not an outage."""
    breaker = Breaker(BreakerPolicy())
    for _ in range(100):
        breaker.record(0.9, is_failure=False)
    assert not any(breaker.record(1.0, is_failure=True) for _ in range(10))


def test_forgets_calls_of_eleven_seconds_ago() -> None:
    """What a server did earlier says nothing about now."""
    breaker = Breaker(BreakerPolicy())
    for _ in range(2):
        breaker.record(0.0, is_failure=True)
    assert not breaker.record(11.0, is_failure=True)


def test_starts_anew_once_closed() -> None:
    """The failures that opened it are forgotten when it closes."""
    breaker = Breaker(BreakerPolicy())
    for _ in range(3):
        breaker.record(0.0, is_failure=True)
    breaker.close()
    assert (breaker.record(0.5, is_failure=True), breaker.is_open) == (False, False)


@given(_CALLS)
def test_opens_exactly_when_a_share_of_the_last_seconds_is_reached(
    calls: list[tuple[int, bool]],
) -> None:
    """The ring of seconds decides as a list of all calls would."""
    breaker, past, now = Breaker(BreakerPolicy()), list[tuple[int, bool]](), 0
    for pause, failed in calls:
        now += pause
        past.append((now // 1000, failed))
        since = [
            [one for second, one in past if second > now // 1000 - back] for back in range(2, 11)
        ]
        expected = failed and any(
            len(recent) >= 3 and 2 * sum(recent) >= len(recent) for recent in since
        )
        opened = breaker.record(now / 1000, is_failure=failed)
        assert opened == expected
        if opened:
            breaker.close()
            past.clear()
