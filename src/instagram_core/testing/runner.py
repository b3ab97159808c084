"""Coroutine tests as plain ones: no plugin, one event loop per test class."""

import asyncio
import contextlib
import contextvars
import functools
import inspect
import traceback
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar

T = TypeVar("T")

_RAW = "__contract_test__"


class LoopOfClass:
    """The event loop that all tests of one class share, made at first use."""

    def __init__(self, deadline: float) -> None:
        """End every run with TimeoutError after `deadline` seconds: a deadlock must not hang."""
        self._deadline = deadline
        self._runner = asyncio.Runner()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Give the result of `work`; context variables it sets are gone afterwards."""

        async def timed() -> T:
            async with asyncio.timeout(self._deadline):
                return await work

        return self._runner.run(timed(), context=contextvars.copy_context())

    @contextlib.contextmanager
    def held(self, opening: AbstractAsyncContextManager[T]) -> Iterator[T]:
        """Keep something open between runs; one task enters and leaves it, as task groups need."""
        opened: asyncio.Future[T]
        release = asyncio.Event()

        async def host() -> None:
            try:
                async with opening as thing:
                    opened.set_result(thing)
                    await release.wait()
            except BaseException as error:
                if opened.done():
                    raise
                opened.set_exception(error)

        async def enter() -> tuple[T, asyncio.Task[None]]:
            nonlocal opened
            opened = asyncio.get_running_loop().create_future()
            task = asyncio.create_task(host())
            return await opened, task

        async def leave(task: asyncio.Task[None]) -> None:
            release.set()
            await task

        thing, task = self.run(enter())
        try:
            yield thing
        finally:
            self.run(leave(task))

    def close(self) -> None:
        """Close the loop; the next run makes another."""
        self._runner.close()
        self._runner = asyncio.Runner()


def plain(test: Callable[..., object]) -> Callable[..., None]:
    """Give a test that pytest runs without plugins, from one that may be a coroutine function.

    The first parameter after `self` receives the opened subject; a test with none opens for
    itself. Further parameters are pytest's. The test is judged by what it returns, not by how it
    was declared: an awaitable is awaited (or it would pass without having run), anything else
    that is not None is an error.
    """
    test = getattr(test, _RAW, test)
    itself, *others = inspect.signature(test).parameters.values()

    @functools.wraps(test)
    def run(self: Any, **arguments: object) -> None:  # noqa: ANN401 - a contract of any subject
        __tracebackhide__ = True
        if others:
            self._loop.run(_with_subject(self, test, arguments))
        elif (result := test(self)) is not None:
            self._loop.run(_finish(result))

    # pytest asks for a fixture per parameter that it sees, and it sees through functools.wraps.
    seen = inspect.Signature([itself, *others[1:]])
    run.__signature__ = seen  # type: ignore[attr-defined]
    setattr(run, _RAW, test)
    return run


async def _with_subject(
    case: Any,  # noqa: ANN401 - a contract of any subject
    test: Callable[..., object],
    arguments: dict[str, object],
) -> None:
    __tracebackhide__ = True
    failure: Exception | None = None
    async with case.open() as subject:
        try:
            await _finish(test(case, subject, **arguments))
        except Exception as error:  # noqa: BLE001 - raised again, unwrapped by what open() adds
            failure = error
    if failure is None:
        return
    if _is_the_test_s_own(failure, test):
        raise AssertionError(f"the answer has not the expected form: {failure!r}") from failure
    raise failure


def _is_the_test_s_own(failure: Exception, test: Callable[..., object]) -> bool:
    """Tell whether a test stumbled over an answer: unpacked too few, looked up what is absent."""
    if not isinstance(failure, LookupError | TypeError | ValueError | AttributeError):
        return False
    *_, (innermost, _) = traceback.walk_tb(failure.__traceback__)
    module = str(innermost.f_globals.get("__name__"))
    return module == test.__module__ or module.startswith("instagram_core.testing.")


async def _finish(result: object) -> None:
    __tracebackhide__ = True
    if inspect.isawaitable(result):
        result = await result
    if result is not None:
        raise TypeError(f"a contract test gives nothing back, this one gave {result!r}")
