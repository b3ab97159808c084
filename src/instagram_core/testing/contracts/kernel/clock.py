"""The contract of time."""

from datetime import UTC, datetime, timedelta

from instagram_core.kernel.clock import Clock
from instagram_core.testing.contract import Contract


class ClockContract(Contract[Clock]):
    """What every `Clock` does."""

    async def test_the_moment_is_aware_and_utc(self, clock: Clock) -> None:
        """A naive moment means something else on every machine."""
        assert clock.now().tzinfo is UTC

    async def test_the_moment_has_whole_milliseconds(self, clock: Clock) -> None:
        """Finer parts would get lost on the way through a store."""
        assert {0} == {clock.now().microsecond % 1000 for _ in range(1000)}

    async def test_the_moment_is_of_this_age(self, clock: Clock) -> None:
        """Within what 48 bits of milliseconds hold, which ids are made of."""
        first = datetime(2020, 1, 1, tzinfo=UTC)
        assert first < clock.now() < first + timedelta(days=365 * 1000)
