"""The contract of home feeds as a whole: complete, in order and nobody else's, whatever happens."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from hypothesis import given

from instagram_core.testing.contract import Contract
from instagram_core.testing.home.process import Feeds
from instagram_core.testing.home.scenes import HomeMachine
from instagram_core.testing.home.stage import Stage
from instagram_core.testing.machine import Step, World, exploring, programs


class HomeFeedContract(Contract[Feeds]):
    """What the stores of the truth and those that make reading it quick come to together.

    All use cases run over them, in two processes; random programs of what people do, of jobs that
    come in any order, twice or halfway, and of stores that forget are judged by the obvious model,
    at every read.
    """

    longest: ClassVar[int] = 60
    """Moves in a program, at most."""
    times: ClassVar[int] = 2
    """Programs for each that other contracts run: much has to come together for a fault to show."""

    @abstractmethod
    async def flush(self, feeds: Feeds) -> None:
        """Make the stores of timelines forget everything, as a restarted server does."""
        raise NotImplementedError

    def test_feeds_are_right_whatever_happens(self) -> None:
        """No read shows too much, too little or twice; at rest all feeds are the model's."""
        name = "test_feeds_are_right_whatever_happens"

        # Opened once for all examples: ids are fresh instead, as in a store that is in use.
        with self._loop.held(self.open()) as feeds:

            @exploring(shrinks=name not in self.known_failures, times=self.times)
            @given(program=programs(HomeMachine, self.longest))
            def explore(program: Sequence[Step]) -> None:
                self._loop.run(self._play(feeds, program))

            explore()

    async def _play(self, feeds: Feeds, program: Sequence[Step]) -> None:
        stage = Stage(feeds, self.clock, self.ids)
        world = World(self.ids, self.clock)
        machine = HomeMachine(feeds, world, stage, self.elapse, self.flush)
        await machine.prepare()
        last = Step("come_to_rest", {})
        try:
            for number, step in enumerate([*program, last]):
                try:
                    await getattr(machine, step.name)(**step.arguments)
                except AssertionError as error:
                    before = "".join(f"\n  {past!r}" for past in program[:number])
                    raise AssertionError(f"{step!r}: {error}; before it came:{before}") from error
        finally:
            await stage.stop()
