"""Answers on their way from the driver's thread to the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from instagram_scylla.completions import Completions, Row


class Response:
    """A request of the driver."""

    has_more_pages = False

    def add_callbacks(
        self,
        callback: Callable[..., None],
        errback: Callable[..., None],
        callback_args: tuple[Any, ...],
        errback_args: tuple[Any, ...],
    ) -> None:
        """Take what to call."""
        self._callbacks = callback, callback_args, errback, errback_args

    def answer(self, rows: list[Row] | None) -> None:
        """Answer, as the driver's thread does."""
        callback, arguments, _, _ = self._callbacks
        callback(rows, *arguments)

    def fail(self, error: Exception) -> None:
        """Fail, as the driver's thread does."""
        _, _, errback, arguments = self._callbacks
        errback(error, *arguments)


def test_answers_of_other_threads_reach_who_asked() -> None:
    """Each its own, however many come at once; each is counted as settled."""
    settled: list[None] = []

    async def run() -> list[list[Row]]:
        completions = Completions(lambda: settled.append(None))
        responses = [Response() for _ in range(200)]
        futures = [completions.of(response) for response in responses]
        with ThreadPoolExecutor(8) as threads:
            for number, response in enumerate(responses):
                threads.submit(response.answer, [(number,)])
        return await asyncio.gather(*futures)

    assert [[(number,)] for number in range(200)] == asyncio.run(run())
    assert len(settled) == 200


def test_a_plain_write_has_no_rows() -> None:
    """The driver gives None for it."""

    async def run() -> list[Row]:
        response = Response()
        future = Completions(lambda: None).of(response)
        response.answer(None)
        return await future

    assert asyncio.run(run()) == []


def test_an_answer_that_nobody_waits_for_is_passed_over() -> None:
    """It still frees its place among those on their way."""
    settled: list[None] = []

    async def run() -> None:
        completions = Completions(lambda: settled.append(None))
        late, later = Response(), Response()
        completions.of(late).cancel()
        answered = completions.of(later)
        late.fail(OSError())
        later.answer([])
        await answered

    asyncio.run(run())
    assert len(settled) == 2


def test_an_answer_after_the_end_of_the_loop_harms_nobody() -> None:
    """The driver's thread goes on."""

    async def ask() -> Response:
        response = Response()
        Completions(lambda: None).of(response)
        return response

    asyncio.run(ask()).answer([])


def test_more_than_a_page_is_a_defect_of_the_statement() -> None:
    """Rows would be missing without anybody noticing."""

    async def run() -> None:
        response = Response()
        response.has_more_pages = True
        future = Completions(lambda: None).of(response)
        response.answer([(1,)])
        await future

    with pytest.raises(RuntimeError, match="LIMIT"):
        asyncio.run(run())
