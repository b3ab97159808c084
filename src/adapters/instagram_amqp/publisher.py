"""The thread that publishes: one connection, a bounded queue of calls, an answer for each."""

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, ClassVar, TypeVar

import attrs

from instagram_amqp.connection import BEAT_SECONDS, AmqpSettings, Backoff
from instagram_amqp.errors import FAILURES, meaning
from instagram_amqp.session import Session
from instagram_core.kernel.errors import AdapterClosed, AdapterUnavailable

T = TypeVar("T")


@attrs.frozen
class _Call:
    work: Callable[[Session], Any]
    answer: "Future[Any]"


class Publisher:
    """Runs calls on a session, one after the other, in a thread of its own.

    The first call connects. After any failure the connection is thrown away: what the broker says
    late must not be taken for the answer to something else.
    """

    TOGETHER: ClassVar[int] = 8
    """Calls handed to the thread at a time; others wait outside, and may be cancelled there."""
    WAITING: ClassVar[int] = 1000
    """Calls that the thread has not seen yet, those included that were cancelled."""

    def __init__(self, settings: AmqpSettings) -> None:
        """Start the thread; nothing is connected yet."""
        self._settings = settings
        self._calls: queue.Queue[_Call | None] = queue.Queue(self.WAITING)
        self._turns = asyncio.Semaphore(self.TOGETHER)
        self._session: Session | None = None
        self._backoff = Backoff()
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="amqp-publisher", daemon=True)
        self._thread.start()

    async def call(self, work: Callable[[Session], T]) -> T:
        """Give what `work` gives for the session; AdapterUnavailable when the broker is away."""
        if self._is_closed:
            raise AdapterClosed("the connection to RabbitMQ was closed")
        try:
            # Connecting, declaring, publishing: each has its own deadline, in the thread.
            async with asyncio.timeout(self._settings.seconds * 4), self._turns:
                return await self._answered(work)
        except (TimeoutError, queue.Full) as error:
            raise AdapterUnavailable("RabbitMQ: no answer in time") from error

    async def _answered(self, work: Callable[[Session], T]) -> T:
        if self._is_closed:  # while this waited for its turn: nobody would answer
            raise AdapterClosed("the connection to RabbitMQ was closed")
        answer: Future[T] = Future()
        self._calls.put_nowait(_Call(work, answer))
        return await asyncio.wrap_future(answer)

    async def close(self) -> None:
        """End thread and connection. Calls that wait are answered AdapterClosed; twice is fine."""
        if not self._is_closed:
            self._is_closed = True
            with suppress(queue.Full):  # the thread looks at the flag as well
                self._calls.put_nowait(None)
        await asyncio.to_thread(self._thread.join, self._settings.seconds * 2)

    def _run(self) -> None:
        while not self._is_closed:
            try:
                call = self._calls.get(timeout=BEAT_SECONDS)
            except queue.Empty:
                self._beat()
                continue
            if call is not None and call.answer.set_running_or_notify_cancel():
                self._answer(call)
        self._drop()
        self._refuse_rest()

    def _answer(self, call: _Call) -> None:
        try:
            result = call.work(self._connected())
        except FAILURES as error:
            self._drop()
            answer = meaning(error)
            answer.__cause__ = error
            call.answer.set_exception(answer)
        except BaseException as error:  # noqa: BLE001 - a defect, for the caller to see
            self._drop()
            call.answer.set_exception(error)
        else:
            call.answer.set_result(result)

    def _connected(self) -> Session:
        if self._session is None:
            self._backoff.refuse_early()
            try:
                self._session = Session(self._settings)
            except FAILURES as error:
                self._backoff.failed(error)
                raise
            self._backoff.succeeded()
        return self._session

    def _beat(self) -> None:
        if self._session is not None:
            try:
                self._session.beat()
            except Exception:  # noqa: BLE001 - whatever it is, the thread has to go on
                self._drop()

    def _drop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            with suppress(Exception):  # it is given up, whatever it says to that
                session.close()

    def _refuse_rest(self) -> None:
        with suppress(queue.Empty):
            while True:
                call = self._calls.get_nowait()
                if call is not None and call.answer.set_running_or_notify_cancel():
                    call.answer.set_exception(AdapterClosed("closed while it waited"))
