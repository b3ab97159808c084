"""The contract of ids: version 7, rising, unique."""

import asyncio
from itertools import pairwise
from uuid import RFC_4122

from instagram_core.kernel.clock import to_milliseconds
from instagram_core.kernel.ids import IdGenerator
from instagram_core.testing.capabilities import requires
from instagram_core.testing.contract import Contract


class IdGeneratorContract(Contract[IdGenerator]):
    """What every `IdGenerator` does."""

    async def test_ids_are_of_version_seven(self, generator: IdGenerator) -> None:
        """As RFC 9562 says."""
        made = [generator.new() for _ in range(100)]
        assert {(7, RFC_4122)} == {(one.version, one.variant) for one in made}

    async def test_ids_rise(self, generator: IdGenerator) -> None:
        """Each is greater than every one before, also within a millisecond."""
        made = [generator.new() for _ in range(2000)]
        assert all(earlier < later for earlier, later in pairwise(made))

    async def test_ids_of_many_threads_are_unique(self, generator: IdGenerator) -> None:
        """One generator serves a whole process."""

        def make() -> list[object]:
            return [generator.new() for _ in range(500)]

        batches = await asyncio.gather(*(asyncio.to_thread(make) for _ in range(8)))
        assert len({one for batch in batches for one in batch}) == 4000

    async def test_two_generators_make_different_ids(self, generator: IdGenerator) -> None:
        """Two processes that begin in the same millisecond do not meet."""
        async with self.open() as other:
            mine = {generator.new() for _ in range(500)}
            assert mine.isdisjoint(other.new() for _ in range(500))

    @requires("clock")
    async def test_ids_carry_the_time(self, generator: IdGenerator) -> None:
        """The first 48 bits are Unix milliseconds."""
        await self.elapse(1)
        assert to_milliseconds(self.clock.now()) == generator.new().int >> 80

    @requires("clock")
    async def test_ids_rise_when_the_clock_steps_back(self, generator: IdGenerator) -> None:
        """A corrected clock does not bring yesterday's ids to the top."""
        made = []
        for seconds in (0, -3600, 1, -1, 0.001):
            await self.elapse(seconds)
            made += [generator.new() for _ in range(10)]
        assert all(earlier < later for earlier, later in pairwise(made))
