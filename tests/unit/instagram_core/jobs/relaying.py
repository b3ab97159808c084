"""A relay between an in-memory table and an in-memory broker that can be away."""

from collections.abc import Sequence

import attrs

from instagram_core.jobs.model import Job, JobId
from instagram_core.jobs.ports import JobLedger
from instagram_core.jobs.service import Handlers, Relay, RelayObserver
from instagram_core.kernel.errors import AdapterError, AdapterUnavailable
from instagram_core.kernel.ids import UuidV7Generator
from instagram_core.memory.database import Database
from instagram_core.memory.jobs import InMemoryJobBroker, InMemoryJobQueue
from tests.unit.instagram_core.jobs.ringing import ALL, Rang, Ringer
from tests.unit.instagram_core.world import World


class Broker(InMemoryJobBroker):
    """Is away when told so, and remembers what it was asked."""

    def __init__(self, database: Database) -> None:
        """Begin present."""
        super().__init__(database)
        self.is_away = False
        self.forgets = True
        self.abandoned: set[JobId] = set()
        self.batches: list[list[str]] = []
        self.reached = 0

    def _answer(self) -> None:
        if self.is_away:
            raise AdapterUnavailable("the broker is away")

    async def reach(self) -> None:
        """Answer, or be away."""
        self.reached += 1
        self._answer()

    async def publish(self, jobs: Sequence[Job]) -> None:
        """Take jobs, or be away."""
        self._answer()
        self.batches.append([job.queue for job in jobs])
        await super().publish(jobs)

    async def dead_letters(self, limit: int) -> tuple[Job, ...]:
        """Give dead letters, or be away; those abandoned are nobody's doing."""
        self._answer()
        return tuple(
            attrs.evolve(letter, failed_at=None) if letter.id in self.abandoned else letter
            for letter in await super().dead_letters(limit)
        )


class Heard(RelayObserver):
    """Remembers what it was told."""

    def __init__(self) -> None:
        """Begin empty."""
        self.news: list[object] = []
        self.lags: list[float] = []

    def relayed(self, jobs: int, seconds: float, lag: float) -> None:
        """Remember how many."""
        assert 0 <= seconds < 30
        self.news.append(jobs)
        self.lags.append(lag)

    def returned(self, letters: int) -> None:
        """Remember how many."""
        self.news.append(f"{letters} returned")

    def broker_is_away(self, error: AdapterError) -> None:
        """Remember."""
        self.news.append("away")

    def broker_is_back(self) -> None:
        """Remember."""
        self.news.append("back")


class Carriage:
    """A table, a broker, a relay between them, and workers' queue at the other end."""

    def __init__(self, world: World) -> None:
        """Carry what the world records."""
        self.world = world
        database = Database(world.clock, UuidV7Generator(world.clock))
        self.broker = Broker(database)
        self.queue = InMemoryJobQueue(database)
        self.heard = Heard()
        self.ringer = Ringer()
        self.relay = self.another()

    def another(self, ledger: JobLedger | None = None) -> Relay:
        """Give a relay of the same table and broker, as another process has it."""
        family = self.world.family
        return Relay(
            table=family.jobs,
            ledger=ledger or family.ledger,
            broker=self.broker,
            queues=ALL,
            give_up=Handlers([self.ringer.handler]).give_up,
            observer=self.heard,
            clock=self.world.clock,
        )

    async def ring(self, count: int) -> None:
        """Record events."""
        await self.world.family.outbox.add(*(Rang(number=number) for number in range(count)))

    async def abandon(self) -> Job:
        """Let the broker give a job up, and give the job."""
        await self.ring(1)
        await self.relay.forward()
        (job,) = await self.arrived()
        await self.queue.bury(job.id, error="it may kill its worker")
        self.broker.abandoned.add(job.id)
        return job

    async def arrived(self) -> list[Job]:
        """Lease all that the broker has."""
        return list(await self.queue.lease(ALL, 1000, 60))
