"""Two processes over the same stores, a third that lost the quick ones, and the jobs between."""

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar, Final

from instagram_core.accounts.model import UserId
from instagram_core.assembly import Services
from instagram_core.feed.events import DeliveryReviewDue
from instagram_core.feed.model import FeedRules, PushRule
from instagram_core.idempotency.model import EffectKey, StoredAnswer
from instagram_core.jobs.model import QUEUES, Job
from instagram_core.kernel.clock import Clock
from instagram_core.kernel.errors import AdapterUnavailable, DomainError
from instagram_core.kernel.ids import IdGenerator
from instagram_core.posts.model import PostId
from instagram_core.testing.home.process import Feeds, Process, services_over
from instagram_core.testing.scene import Scene

Act = Callable[[Services], Awaitable[object]]
PLAIN, IN_A_TRANSACTION, UNHEARD = WAYS = ("plain", "in a transaction", "unheard")
"""How a change is made: at once; within the transaction of a key; by a process that dies before it
tells anybody, so that all that follows has to follow from its jobs."""
_OTHERS_BUSINESS: Final = frozenset({"post_submitted", "media_discarded", "follow_requested"})


class Stage:
    """What one example plays on."""

    CAP: ClassVar[int] = 5

    def __init__(self, feeds: Feeds, clock: Clock, ids: IdGenerator) -> None:
        """Start the processes; authors are pulled from three followers on."""
        self._feeds = feeds
        self._clock = clock
        self._ids = ids
        self.scene = Scene(feeds.relational, ids, clock)
        self.jobs: list[Job] = []
        self.processes = [self._process(3), self._process(3)]
        self._dying = services_over(feeds.relational, None, self._rules(3), clock, ids)

    @property
    def feeds(self) -> Feeds:
        """Give the stores."""
        return self._feeds

    def _process(self, threshold: int) -> Process:
        rules = self._rules(threshold)
        return Process(self._feeds, rules, self._clock, self._ids)

    def _rules(self, threshold: int) -> FeedRules:
        return FeedRules(push=PushRule(pulled_from=threshold), timeline_cap=self.CAP)

    async def restart(self, process: int, threshold: int) -> None:
        """Start a process anew with another threshold, and let somebody look at all authors."""
        await self.processes[process].stop()
        self.processes[process] = self._process(threshold)
        await self._feeds.relational.outbox.add(DeliveryReviewDue())

    async def do(self, act: Act, way: str, process: int) -> Sequence[Job] | None:
        """Change something; give the jobs that were recorded, None where the domain refuses it."""
        await self.collect()
        services = self._dying if way == UNHEARD else self.processes[process].services
        try:
            if way == IN_A_TRANSACTION:
                await self._within_a_key(act, services)
            else:
                await act(services)
        except DomainError:
            return None
        return await self.collect()

    async def _within_a_key(self, act: Act, services: Services) -> None:
        async def effect() -> StoredAnswer:
            await act(services)
            return StoredAnswer(status=200, body=b"")

        key = EffectKey(user=self._ids.new(), route="change", key=str(self._ids.new()))
        await services.idempotency.once(key, b"", effect)

    async def publish(self, author: UserId, at: int) -> PostId:
        """Share a post, without its pictures being made."""
        return await self.scene.post(author, at)

    async def collect(self) -> Sequence[Job]:
        """Take what was recorded; the table is the family's, so all families are driven alike."""
        found: list[Job] = []
        queue = self._feeds.relational.jobs
        while leased := await queue.lease(QUEUES, 100, 60):
            found += [job for job in leased if job.kind not in _OTHERS_BUSINESS]
            await queue.finish([job.id for job in leased])
        self.jobs += found
        return found

    async def forget(self) -> None:
        """Leave the jobs of other examples alone."""
        await self.collect()
        self.jobs.clear()

    async def deliver(self, job: Job, process: int, *, times: int = 1) -> None:
        """Do a job to its end, once or again and again."""
        for _ in range(times):
            await self.processes[process].work(job)
        self.jobs = [each for each in self.jobs if each.id != job.id]
        await self.collect()

    async def break_off(self, job: Job, process: int, reached: int) -> bool:
        """Do a job up to a failure of the timelines; True when there was none, so it is done."""
        timelines = self.processes[process].timelines
        timelines.break_after(reached)
        try:
            await self.processes[process].work(job)
        except AdapterUnavailable:
            return False
        finally:
            timelines.mend()
        await self.deliver(job, process)
        return True

    async def rest(self) -> None:
        """Wait for what is done beside answers."""
        for process in self.processes:
            await process.rest()

    async def stop(self) -> None:
        """End all processes."""
        for process in self.processes:
            await process.stop()
