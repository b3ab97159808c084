"""What a guard lets through, refuses and finds out by itself."""

import asyncio
import time

import pytest

from instagram_app.resilience.breaker import BreakerPolicy
from instagram_app.resilience.guard import DependencyGuard
from instagram_app.resilience.guards import Guards
from instagram_core.kernel.errors import AdapterUnavailable, NotFoundError

AT_ONCE = BreakerPolicy(pause=0.0)


class Server:
    """Answers, or does not."""

    def __init__(self, guard: DependencyGuard) -> None:
        """Stand behind `guard`, and be there."""
        self._guard = guard
        self.is_away = False
        self.asked = 0
        self.back = asyncio.Event()

    async def ask(self) -> None:
        """Exchange something."""
        async with self._guard():
            self.asked += 1
            if self.is_away:
                raise AdapterUnavailable("nobody there")
            self.back.set()

    async def fail(self, times: int = 3) -> None:
        """Be away for some calls."""
        self.is_away = True
        for _ in range(times):
            with pytest.raises(AdapterUnavailable):
                await self.ask()


async def test_refuses_without_asking_once_three_calls_failed() -> None:
    """A server that is known to be away costs no time: below a millisecond a call."""
    guard = DependencyGuard("valkey", most=9)
    server = Server(guard)
    await server.fail()

    begun = time.perf_counter()
    for _ in range(100):
        with pytest.raises(AdapterUnavailable):
            await server.ask()

    assert (server.asked, guard.is_open, guard.calls["refused"]) == (3, True, 100)
    assert time.perf_counter() - begun < 0.1


async def test_counts_errors_of_a_statement_as_answers() -> None:
    """A server that refuses something is there."""
    guard = DependencyGuard("postgres", most=9)
    for _ in range(9):
        with pytest.raises(NotFoundError):
            async with guard():
                raise NotFoundError
    assert (guard.is_open, guard.calls["answered"]) == (False, 9)


async def test_learns_nothing_from_callers_who_went_away() -> None:
    """A cancelled exchange is neither an answer nor a failure, and frees its place."""
    guard = DependencyGuard("postgres", most=1)
    for _ in range(5):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0), guard():
                await asyncio.Event().wait()
    assert (guard.is_open, guard.running, guard.calls["abandoned"]) == (False, 0, 5)


async def test_closes_by_its_own_probe_and_by_nothing_else() -> None:
    """Nobody's request has to be the first to try: the probe goes through the same door."""
    guard = DependencyGuard("valkey", most=9, policy=AT_ONCE)
    server = Server(guard)
    guard.probe_with(server.ask)
    await server.fail()

    server.is_away = False
    await server.back.wait()
    await guard.close()

    assert (server.asked, guard.calls["refused"]) == (4, 0)


async def test_goes_on_probing_while_probes_fail() -> None:
    """A server that stays away is asked again and again, by one task."""
    guard = DependencyGuard("valkey", most=9, policy=AT_ONCE)
    asked = asyncio.Semaphore(0)

    async def probe() -> None:
        asked.release()
        raise OSError("refused")

    guard.probe_with(probe)
    await Server(guard).fail()
    for _ in range(3):
        await asked.acquire()

    assert guard.is_open
    await guard.close()


async def test_lets_one_call_try_where_there_is_no_probe() -> None:
    """An adapter that offers no probe recovers too: one call a pause is let through."""
    guard = DependencyGuard("own", most=9, policy=AT_ONCE)
    server = Server(guard)
    await server.fail()

    server.is_away = False
    await server.ask()

    assert (guard.is_open, server.asked) == (False, 4)


async def test_refuses_more_exchanges_than_it_has_places() -> None:
    """A slow server holds a bounded number of callers; being refused here opens nothing."""
    guard = DependencyGuard("s3", most=2)
    async with guard(), guard():
        for _ in range(5):
            with pytest.raises(AdapterUnavailable):
                await guard().__aenter__()
    async with guard():
        assert (guard.is_open, guard.running) == (False, 1)


async def test_does_not_judge_a_server_that_is_back_by_older_calls() -> None:
    """What began before it opened may end, badly, long after it closed."""
    guard = DependencyGuard("valkey", most=9, policy=AT_ONCE)
    server = Server(guard)
    old = [guard() for _ in range(3)]
    for exchange in old:
        await exchange.__aenter__()
    await server.fail()
    server.is_away = False
    await server.ask()

    for exchange in old:
        await exchange.__aexit__(AdapterUnavailable, AdapterUnavailable("at last"), None)

    assert not guard.is_open


async def test_guards_give_one_guard_a_dependency_and_its_numbers() -> None:
    """Whoever asks for a dependency gets the guard that everybody else has."""
    async with Guards() as guards:
        assert guards.of("valkey") is guards.of("valkey")
        async with guards.of("s3")():
            numbers = guards.numbers()
    assert list(numbers) == ["s3", "valkey"]
    assert numbers["s3"] == {
        "open": 0,
        "running": 1,
        "answered": 0,
        "failed": 0,
        "abandoned": 0,
        "refused": 0,
    }


async def test_lets_nobody_through_that_was_away_at_the_start_until_a_probe_says_so() -> None:
    """A process that starts before its server refuses at once, without three failures first."""
    guard = DependencyGuard("postgres", most=9, policy=AT_ONCE)
    server = Server(guard)
    guard.probe_with(server.ask)

    guard.doubt(AdapterUnavailable("not started yet"))
    with pytest.raises(AdapterUnavailable):
        await server.ask()
    await server.back.wait()
    await server.ask()

    assert (guard.is_open, server.asked) == (False, 2)


class Silence:
    """A server whose silence lasts until the deadline of a call."""

    def __init__(self) -> None:
        """Stand behind a guard whose time is told by hand."""
        self.now = 0.0
        self.guard = DependencyGuard("s3", most=9, clock=lambda: self.now)

    async def fail(self, seconds: float) -> None:
        """Fail once, after so many seconds."""
        with pytest.raises(AdapterUnavailable):
            await self._ask(seconds)

    async def _ask(self, seconds: float) -> None:
        async with self.guard():
            self.now += seconds
            raise AdapterUnavailable("no answer in time")


async def test_one_slow_failure_is_enough_where_the_probe_fails_too() -> None:
    """Two more callers need not wait for five seconds each to find out the same."""
    server, probed = Silence(), asyncio.Event()

    async def probe() -> None:
        probed.set()
        raise AdapterUnavailable("no answer either")

    server.guard.probe_with(probe)
    await server.fail(5.0)
    was_open = server.guard.is_open
    await probed.wait()
    await asyncio.sleep(0)

    assert (was_open, server.guard.is_open) == (False, True)
    await server.guard.close()


async def test_a_slow_failure_alone_proves_nothing() -> None:
    """The probe is answered: it was this one call."""
    server, probed = Silence(), asyncio.Event()

    async def probe() -> None:
        probed.set()

    server.guard.probe_with(probe)
    await server.fail(5.0)
    await probed.wait()
    await asyncio.sleep(0)

    assert not server.guard.is_open
    await server.guard.close()


async def test_a_quick_failure_is_not_looked_into() -> None:
    """It cost nobody anything, and the next calls tell as much as a probe."""
    server, probes = Silence(), 0

    async def probe() -> None:
        nonlocal probes
        probes += 1

    server.guard.probe_with(probe)
    await server.fail(0.1)
    for _ in range(3):
        await asyncio.sleep(0)

    assert probes == 0
