"""One exchange with the server: what the guard gets to see of it, and whether it is tried again."""

import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Final, Self, TypeVar

import psycopg
import stamina

from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.kernel.guard import Guard
from instagram_postgres.errors import Rerun, meaning_of, translated

T = TypeVar("T")

_FAST: Final = 0.5
_LONGEST_PAUSE: Final = 0.05


class Exchange(AbstractAsyncContextManager["Exchange"]):
    """Holds the guard, and shows it outages only: an error of one statement is an answer.

    A transaction is one exchange. Once begun it goes on whatever the guard learns meanwhile: its
    own connection tells whether it can be committed.
    """

    __slots__ = ("_held", "_outage")

    def __init__(self, guard: Guard) -> None:
        """Ask `guard` on entering."""
        self._held = guard()
        self._outage: BaseException | None = None

    def failed(self, error: BaseException) -> None:
        """Keep what the guard is to hear, also when the error goes no further than here."""
        if self._outage is None:
            self._outage = _seen(error)

    async def __aenter__(self) -> Self:
        """Begin; AdapterUnavailable when the guard refuses."""
        await self._held.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Tell the guard; the error itself goes on."""
        if error is not None:
            self.failed(error)
        seen = self._outage
        await self._held.__aexit__(type(seen) if seen is not None else None, seen, None)


async def tried(work: Callable[[], Awaitable[T]], *, repeatable: bool) -> T:
    """Give the result of `work`, which runs once more where that helps and does no harm.

    The one place where anything is tried again: at most twice, after a short random pause, only
    after a failure that came fast (nobody waits for one time-out twice), and only if the outcome
    is known or `repeatable`. Raises what the failure is to the callers of a port.
    """
    began = time.monotonic()
    try:
        return await work()
    except psycopg.Error as error:
        was_fast = time.monotonic() - began < _FAST
        if not _may_rerun(error, repeatable=repeatable and was_fast):
            raise translated(error) from error
        first = error
    try:
        # The first attempt is made without the library: it would cost 33 µs of each statement.
        async for attempt in stamina.retry_context(
            on=psycopg.Error, attempts=2, wait_initial=0, wait_jitter=_LONGEST_PAUSE
        ):
            with attempt:
                if attempt.num == 1:
                    raise first
                return await work()
    except psycopg.Error as error:
        raise translated(error) from error
    raise AssertionError("unreachable: the last attempt returns or raises")


def _may_rerun(error: psycopg.Error, *, repeatable: bool) -> bool:
    meaning = meaning_of(error)
    if meaning is None:
        return False
    return meaning.rerun is Rerun.ALWAYS or (repeatable and meaning.rerun is Rerun.IF_REPEATABLE)


def _seen(error: BaseException) -> BaseException | None:
    if not isinstance(error, Exception):
        return error  # cancelled: it says nothing of the server
    cause = error.__cause__ if isinstance(error, AdapterUnavailable) else error
    meaning = meaning_of(cause) if isinstance(cause, psycopg.Error) else None
    if meaning is None or not meaning.is_outage:
        return None
    return AdapterUnavailable(str(cause))
