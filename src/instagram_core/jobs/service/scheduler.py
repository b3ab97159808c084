"""Striking schedules: recurring events, once each, however many processes do this."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import ClassVar

import attrs

from instagram_core.jobs.policy import Period
from instagram_core.jobs.ports import Schedule
from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.kernel.errors import AdapterError
from instagram_core.kernel.events import Event


@attrs.frozen
class Scheduled:
    """An event for every period."""

    period: Period
    event: Event


class Scheduler:
    """Looks at the clock every few seconds and records what is due.

    Periods that passed while nobody ran are not made up for: the present one strikes, once.
    """

    LOOK_SECONDS: ClassVar[float] = 15.0

    def __init__(self, *, schedule: Schedule, entries: Iterable[Scheduled], clock: Clock) -> None:
        """Strike `entries` in `schedule`."""
        self._schedule = schedule
        self._entries = tuple(entries)
        self._clock = clock
        self._struck: dict[str, int] = {}

    async def look(self) -> int:
        """Strike all that is due now; give how many this call struck."""
        now, struck = to_milliseconds(self._clock.now()), 0
        for entry in self._entries:
            slot = entry.period.slot(now)
            if self._struck.get(entry.period.name) == slot:
                continue
            struck += await self._schedule.strike(entry.period.name, slot, entry.event)
            self._struck[entry.period.name] = slot
        return struck

    async def run(self, stop: asyncio.Event) -> None:
        """Look until `stop` is set; an unreachable store is asked again at the next look."""
        while not stop.is_set():
            with suppress(AdapterError):  # nothing was struck, so nothing is lost
                await self.look()
            try:
                await asyncio.wait_for(stop.wait(), self.LOOK_SECONDS)
            except TimeoutError:
                continue
