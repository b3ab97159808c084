"""Wrong clocks, ids, transactions, outboxes and repairs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any
from uuid import UUID, uuid4

import attrs

from instagram_core.assembly.families import RelationalFamily
from instagram_core.kernel.clock import SystemClock
from instagram_core.kernel.counters import CounterDifference
from instagram_core.kernel.events import Event
from instagram_core.kernel.ids import UuidV7Generator
from instagram_core.memory.tables import Counter
from instagram_core.posts.model import PostId
from instagram_core.testing.contracts.kernel import (
    ClockContract,
    CounterRepairContract,
    IdGeneratorContract,
    OutboxContract,
    TransactionContract,
)
from tests.unit.instagram_core.testing.mutants.harness import Around, Mutants

clocks = Mutants(ClockContract, right=lambda _: SystemClock())
generators = Mutants(IdGeneratorContract, right=lambda case: UuidV7Generator(case.clock))
transactions = Mutants(TransactionContract, "transaction")
outboxes = Mutants(OutboxContract, "outbox")


async def _spoil(_: object, family: RelationalFamily, post: PostId, by: int) -> None:
    right: Any = family.likes
    async with right._database.work() as tables:
        tables.count(Counter.LIKES, post, by)


repairs = Mutants(
    CounterRepairContract,
    "counters",
    parts={"capabilities": frozenset({"clock", "spoil"}), "spoil": _spoil},
)


@clocks.caught_by("test_the_moment_is_aware_and_utc")
class ClockIsNaive(Around):
    """Gives a moment of no zone."""

    def now(self) -> datetime:
        moment: datetime = self.right.now()
        return moment.replace(tzinfo=None)


@clocks.caught_by("test_the_moment_has_whole_milliseconds")
class ClockIsTooFine(Around):
    """Gives microseconds that no store keeps."""

    def now(self) -> datetime:
        moment: datetime = self.right.now()
        return moment + timedelta(microseconds=7)


@clocks.caught_by("test_the_moment_is_of_this_age")
class ClockNeverStarted(Around):
    """Stands at the epoch."""

    def now(self) -> datetime:
        return datetime(1970, 1, 1, tzinfo=UTC)


@generators.caught_by("test_ids_are_of_version_seven")
class IdsAreRandom(Around):
    """Gives version 4."""

    def new(self) -> UUID:
        return uuid4()


@generators.caught_by("test_ids_rise")
class IdsFallWithinAMillisecond(Around):
    """Draws the rest of an id anew each time."""

    def new(self) -> UUID:
        made = UuidV7Generator(self.right._clock).new()
        return UUID(int=made.int & ~(0xFFF << 64) | (uuid4().int & 0xFFF) << 64)


@generators.caught_by("test_ids_rise_when_the_clock_steps_back")
class IdsFallWithTheClock(Around):
    """Begins anew when the clock steps back."""

    last: datetime | None = None

    def new(self) -> UUID:
        now = self.right._clock.now()
        if self.last is not None and now < self.last:
            self.right = UuidV7Generator(self.right._clock)
        self.last = now
        made: UUID = self.right.new()
        return made


@generators.caught_by("test_two_generators_make_different_ids")
class IdsCountFromZero(Around):
    """Makes the same ids as every other process."""

    count = 0

    def new(self) -> UUID:
        self.count += 1
        return UUID(int=0x7 << 76 | 0b10 << 62 | self.count)


@generators.caught_by("test_ids_carry_the_time")
class IdsCarrySeconds(Around):
    """Writes seconds where milliseconds belong."""

    def new(self) -> UUID:
        made: UUID = self.right.new()
        return UUID(int=made.int & ~(0xFFFF << 80) | (made.int >> 80) % 1000 << 80)


class _Transaction(Around):
    """Opens transactions its own way."""

    def __call__(self) -> AbstractAsyncContextManager[None]:
        return self.block()

    def block(self) -> AbstractAsyncContextManager[None]:
        raise NotImplementedError


@transactions.caught_by("test_an_error_takes_all_back")
class TransactionIsNone(_Transaction):
    """Lets every call stand for itself."""

    @asynccontextmanager
    async def block(self) -> AsyncIterator[None]:
        yield


@transactions.caught_by("test_an_error_takes_all_back")
class TransactionCommitsOnError(_Transaction):
    """Keeps the half that was done."""

    @asynccontextmanager
    async def block(self) -> AsyncIterator[None]:
        failure: Exception | None = None
        async with self.right():
            try:
                yield
            except Exception as error:  # noqa: BLE001 - a mutant
                failure = error
        if failure is not None:
            raise failure


@transactions.caught_by("test_a_swallowed_error_dooms")
class TransactionForgetsInnerErrors(_Transaction):
    """Commits what is left when an error was swallowed."""

    @asynccontextmanager
    async def block(self) -> AsyncIterator[None]:
        unit = self.right._database._ambient.get()
        if unit is None or unit.task is not asyncio.current_task():
            async with self.right():
                yield
        else:
            yield


@transactions.caught_by("test_a_swallowed_error_dooms")
class TransactionIsSilentlyLost(_Transaction):
    """Rolls a doomed block back and tells nobody, as COMMIT does after an error in PostgreSQL."""

    def block(self) -> AbstractAsyncContextManager[None]:
        return _Silent(self.right())


class _Silent:
    def __init__(self, right: AbstractAsyncContextManager[None]) -> None:
        self.right = right

    async def __aenter__(self) -> None:
        await self.right.__aenter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            await self.right.__aexit__(kind, error, trace)
        except Exception:
            if error is not None:
                raise


@transactions.caught_by("test_another_task_may_not_join")
class TransactionLetsAnybodyJoin(_Transaction):
    """Lets a background task write through somebody else's connection."""

    def __init__(self, right: Any) -> None:
        super().__init__(right)
        database = right._database
        database._joined = database._ambient.get

    def block(self) -> AbstractAsyncContextManager[None]:
        block: AbstractAsyncContextManager[None] = self.right()
        return block


@transactions.caught_by("test_nobody_sees_work_that_is_taken_back")
class TransactionShowsItsWork(_Transaction):
    """Lets others read what may be taken back."""

    def __init__(self, right: Any) -> None:
        super().__init__(right)
        right._database._turn = _NoTurn()

    def block(self) -> AbstractAsyncContextManager[None]:
        block: AbstractAsyncContextManager[None] = self.right()
        return block


class _NoTurn:
    async def __aenter__(self) -> None:
        await asyncio.sleep(0)

    async def __aexit__(self, *_: object) -> None:
        await asyncio.sleep(0)


@transactions.caught_by("test_cancellation_takes_all_back")
class TransactionCommitsWhenCancelled(_Transaction):
    """Keeps the half of a request that was cut off."""

    @asynccontextmanager
    async def block(self) -> AsyncIterator[None]:
        is_cancelled = False
        async with self.right():
            try:
                yield
            except asyncio.CancelledError:
                is_cancelled = True
        if is_cancelled:
            raise asyncio.CancelledError


@outboxes.caught_by("test_events_of_a_failure_never_happened")
class OutboxPublishesAtOnce(Around):
    """Records events apart from the transaction."""

    def __init__(self, right: Any) -> None:
        super().__init__(right)
        self.mine: list[Event] = []

    async def add(self, *events: Event) -> None:
        database = self.right._database
        journal, database._journal._undo = database._journal._undo, []
        before = dict(database._tables.jobs)
        database.record(*events)
        assert len(database._tables.jobs) == len(before) + len(events)
        database._journal._undo = journal


@outboxes.caught_by("test_every_event_is_recorded")
class OutboxDropsEqualEvents(Around):
    """Takes two events that look alike for one."""

    def __init__(self, right: Any) -> None:
        super().__init__(right)
        self.seen: set[Event] = set()

    async def add(self, *events: Event) -> None:
        fresh = [event for event in dict.fromkeys(events) if event not in self.seen]
        self.seen.update(fresh)
        await self.right.add(*fresh)


@outboxes.caught_by("test_an_event_arrives_whole")
class OutboxLosesBigNumbers(Around):
    """Writes numbers as floats."""

    async def add(self, *events: Event) -> None:
        rounded: list[Any] = list(events)
        spoiled = [attrs.evolve(e, number=int(float(e.number)) + 1) for e in rounded]
        await self.right.add(*spoiled)


@outboxes.caught_by("test_events_are_kept_with_their_transaction")
class OutboxKeepsTheLastOnly(Around):
    """Holds one event a transaction."""

    async def add(self, *events: Event) -> None:
        async with self.tables() as tables:
            for job in [j for j, row in tables.jobs.items() if row.queue == "contract"]:
                del tables.jobs[job]
        await self.right.add(*events)


@repairs.caught_by("test_a_wrong_counter_is_told_and_mended")
class RepairTellsNothing(Around):
    """Mends in silence, or not at all."""

    async def repair(self, *, dry_run: bool) -> AsyncIterator[CounterDifference]:
        found = [each async for each in self.right.repair(dry_run=dry_run)]
        for each in found[:0]:
            yield each


@repairs.caught_by("test_a_dry_run_only_tells")
class RepairMendsInADryRun(Around):
    """Changes what it was only to look at."""

    async def repair(self, *, dry_run: bool) -> AsyncIterator[CounterDifference]:
        async for each in self.right.repair(dry_run=False):
            yield each


@repairs.caught_by("test_a_wrong_counter_is_told_and_mended")
class RepairOnlyTells(Around):
    """Never mends."""

    async def repair(self, *, dry_run: bool) -> AsyncIterator[CounterDifference]:
        async for each in self.right.repair(dry_run=True):
            yield each


@repairs.caught_by("test_right_counters_are_left_alone")
class RepairTellsOfRightCounters(Around):
    """Tells of every counter there is."""

    async def repair(self, *, dry_run: bool) -> AsyncIterator[CounterDifference]:
        async with self.tables() as tables:
            counters = dict(tables.counters)
        for (counter, subject), n in counters.items():
            yield CounterDifference(counter=counter, subject=subject, stored=n, actual=n)


@repairs.caught_by("test_writes_beside_a_repair_stay_exact")
class RepairSpoilsWhatIsWritten(Around):
    """Compares first and mends later."""

    async def repair(self, *, dry_run: bool) -> AsyncIterator[CounterDifference]:
        async with self.tables() as tables:
            before = dict(tables.counters)
        for _ in range(3):
            await asyncio.sleep(0)
        async with self.tables() as tables:
            for counter in () if dry_run else list(tables.counters):
                tables.counters[counter] = before.get(counter, 0)
        async for each in self.right.repair(dry_run=True):
            yield each
