"""Answers that arrive in the driver's thread, handed over to the event loop in batches."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from typing import Any

from cassandra.cluster import ResponseFuture

Row = tuple[Any, ...]
_Answer = tuple["asyncio.Future[list[Row]]", list[Row] | Exception]


class Completions:
    """The bridge from the driver's callbacks to futures of one event loop.

    However many answers arrive while the loop is busy, it is woken once.
    """

    def __init__(self, settled: Callable[[], None]) -> None:
        """Belong to the running loop; `settled` is called there once for each answer."""
        self._loop = asyncio.get_running_loop()
        self._settled = settled
        self._arrived: deque[_Answer] = deque()
        self._is_called = False

    def of(self, response: ResponseFuture) -> "asyncio.Future[list[Row]]":
        """Give a future of the rows of `response`; a cancelled one is passed over."""
        future: asyncio.Future[list[Row]] = self._loop.create_future()
        response.add_callbacks(
            self._answered, self._failed, callback_args=(future, response), errback_args=(future,)
        )
        return future

    def _answered(
        self,
        rows: list[Row] | None,
        future: "asyncio.Future[list[Row]]",
        response: ResponseFuture,
    ) -> None:
        if response.has_more_pages:
            self._failed(RuntimeError("a statement without a LIMIT gave more than a page"), future)
        else:
            self._hand_over((future, rows or []))

    def _failed(self, error: Exception, future: "asyncio.Future[list[Row]]") -> None:
        self._hand_over((future, error))

    def _hand_over(self, answer: _Answer) -> None:
        # Appended first and then looked: the loop looks away first and then empties.
        self._arrived.append(answer)
        if self._is_called:
            return
        self._is_called = True
        # The loop may have ended before the answer came, and with it whoever asked.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._empty)

    def _empty(self) -> None:
        self._is_called = False
        while self._arrived:
            future, outcome = self._arrived.popleft()
            self._settled()
            if future.done():
                continue
            if isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)
