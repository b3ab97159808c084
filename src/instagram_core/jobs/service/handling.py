"""Which handler a job is for, and what it is told when the job ends badly."""

from collections.abc import Awaitable, Callable, Iterable

from instagram_core.jobs.handlers import Handler
from instagram_core.jobs.model import Job
from instagram_core.kernel.errors import AdapterUnavailable

GiveUp = Callable[[Job, str], Awaitable[str]]
"""Gives a job up for a reason, and gives the reason to be kept: `Handlers.give_up`."""

_LONGEST_REASON = 500


class Handlers:
    """All handlers of a program, each for one kind of event."""

    def __init__(self, handlers: Iterable[Handler]) -> None:
        """Know `handlers`.

        ValueError when two are for one kind of event: one of them would never run.
        """
        self._handlers: dict[str, Handler] = {}
        for handler in handlers:
            if self._handlers.setdefault(handler.event.kind, handler) is not handler:
                raise ValueError(f"two handlers are for {handler.event.kind}")

    async def handle(self, job: Job) -> str:
        """Do a job, and give `done`; `ignored` when nobody handles its kind."""
        handler = self._handlers.get(job.kind)
        if handler is None:
            return "ignored"
        await handler.handle(handler.event.from_payload(job.payload))
        return "done"

    async def give_up(self, job: Job, reason: str) -> str:
        """Tell the handler that a job failed for good; give the reason, with what else went wrong.

        To be called before the job is a dead letter. AdapterUnavailable: it is to happen later.
        """
        handler = self._handlers.get(job.kind)
        if handler is None or handler.give_up is None:
            return reason
        try:
            await handler.give_up(handler.event.from_payload(job.payload), reason)
        except AdapterUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - the job must not come for ever
            return f"{reason}; giving up: {told(error)}"
        return reason


def told(error: Exception) -> str:
    """Give an error as the reason of a failure."""
    return f"{type(error).__name__}: {error}"[:_LONGEST_REASON]
