"""The guard of one dependency: a breaker, a bulkhead and a probe."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from contextvars import Context, ContextVar
from types import TracebackType
from typing import ClassVar, Final

import structlog

from instagram_app.resilience.breaker import Breaker, BreakerPolicy
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.kernel.guard import Guard

Probe = Callable[[], Awaitable[object]]

_probing: Final[ContextVar["DependencyGuard | None"]] = ContextVar("probing", default=None)
"""The guard that lets this task through although it is open."""


class DependencyGuard(Guard):
    """Refuses at once while its dependency is away, or too busy with what this process asked.

    Once open, it is closed by a task of its own: every two seconds that calls the probe, whose
    exchanges are let through. Where nobody gave a probe, one call of a user is let through
    instead. Belongs to one event loop.
    """

    PROBE_SECONDS: ClassVar[float] = 1.5
    """For a probe to come to an end; what takes longer failed."""
    SLOW_SECONDS: ClassVar[float] = 1.0
    """A failure that took so long is looked into at once: a few more would cost others as much."""

    def __init__(
        self,
        name: str,
        *,
        most: int,
        policy: BreakerPolicy | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Guard the dependency `name`; at most `most` exchanges at once."""
        self.name = name
        self._most = most
        self._policy = policy or BreakerPolicy()
        self._clock = clock
        self._breaker = Breaker(self._policy)
        self._probe: Probe | None = None
        self._prober: asyncio.Task[None] | None = None
        self._doubter: asyncio.Task[None] | None = None
        self._trial_at = 0.0
        self._log = structlog.stdlib.get_logger("instagram.dependencies")
        self.running = 0
        """Exchanges under way."""
        self.calls = {"answered": 0, "failed": 0, "abandoned": 0, "refused": 0}
        """How many there were, by what came of them."""

    @property
    def is_open(self) -> bool:
        """Tell whether the dependency is known to be away."""
        return self._breaker.is_open

    def __call__(self) -> AbstractAsyncContextManager[None]:
        """Give what to do one exchange in."""
        return _Exchange(self)

    def probe_with(self, probe: Probe) -> None:
        """Ask `probe` whether the dependency is back: it returns when it is, else raises."""
        self._probe = probe

    def now(self) -> float:
        """Give the time, in seconds of the guard's clock."""
        return self._clock()

    def doubt(self, reason: Exception) -> None:
        """Let nobody through until the probe has been answered: for what was away at the start."""
        if not self._breaker.is_open:
            self._breaker.open()
            self._open(reason)

    async def close(self) -> None:
        """End the task that probes; twice is fine."""
        tasks = [task for task in (self._prober, self._doubter) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def enter(self) -> int:
        """Begin an exchange and give the generation it belongs to; AdapterUnavailable refuses."""
        if self._breaker.is_open and _probing.get() is not self and not self._is_trial():
            self.calls["refused"] += 1
            raise AdapterUnavailable(f"{self.name} was away a moment ago")
        if self.running >= self._most:
            self.calls["refused"] += 1
            raise AdapterUnavailable(f"{self._most} exchanges with {self.name} are under way")
        self.running += 1
        return self._breaker.generation

    def leave(self, generation: int, error: BaseException | None, began: float) -> None:
        """End an exchange that began at a time of the clock, by an error or without one."""
        self.running -= 1
        if error is not None and not isinstance(error, Exception):
            self.calls["abandoned"] += 1
            return
        is_failure = isinstance(error, AdapterUnavailable)
        self.calls["failed" if is_failure else "answered"] += 1
        if generation != self._breaker.generation:
            return
        if self._breaker.is_open:
            if self._probe is None and not is_failure:
                self._close()
            return
        now = self._clock()
        if self._breaker.record(now, is_failure=is_failure):
            self._open(error)
        elif isinstance(error, AdapterUnavailable) and now - began >= self.SLOW_SECONDS:
            self._look_into(error)

    def _look_into(self, error: AdapterUnavailable) -> None:
        if self._probe is not None and (self._doubter is None or self._doubter.done()):
            looking = self._doubt_unless_answered(self._probe, error)
            self._doubter = asyncio.create_task(looking, context=Context())

    async def _doubt_unless_answered(self, probe: Probe, reason: AdapterUnavailable) -> None:
        generation = self._breaker.generation
        try:
            async with asyncio.timeout(self.PROBE_SECONDS):
                await probe()
        except Exception:  # noqa: BLE001 - whatever a probe raises, it was not answered
            if generation == self._breaker.generation:
                self.doubt(reason)

    def _open(self, error: BaseException | None) -> None:
        self._log.warning("dependency away", dependency=self.name, error=str(error))
        self._trial_at = self._clock() + self._policy.pause
        if self._probe is not None:
            # Not in the name of the request that happened to fail, nor within its transaction.
            probing = self._probe_until_back(self._probe)
            self._prober = asyncio.create_task(probing, context=Context())

    def _close(self) -> None:
        self._breaker.close()
        self._log.info("dependency back", dependency=self.name)

    def _is_trial(self) -> bool:
        if self._probe is not None or self._clock() < self._trial_at:
            return False
        self._trial_at = self._clock() + self._policy.pause
        return True

    async def _probe_until_back(self, probe: Probe) -> None:
        _probing.set(self)
        while True:
            await asyncio.sleep(self._policy.pause)
            try:
                async with asyncio.timeout(self.PROBE_SECONDS):
                    await probe()
            except Exception as error:  # noqa: BLE001 - whatever a probe raises, it is not back
                self._log.info("dependency still away", dependency=self.name, error=str(error))
            else:
                return self._close()


class _Exchange(AbstractAsyncContextManager[None]):
    """One exchange; made for each, so it holds little."""

    __slots__ = ("_began", "_generation", "_guard")

    def __init__(self, guard: DependencyGuard) -> None:
        self._guard = guard

    async def __aenter__(self) -> None:
        self._generation = self._guard.enter()
        self._began = self._guard.now()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._guard.leave(self._generation, error, self._began)
