"""The event loops that an adapter may find itself on: asyncio's own, and the app's."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, cast

import pytest

OnLoop = Callable[[Coroutine[Any, Any, None]], None]
"""Runs a coroutine to its end, on a loop of its own."""


@pytest.fixture(params=["asyncio", "uvloop"])
def on_loop(request: pytest.FixtureRequest) -> OnLoop:
    """Give one kind of loop after the other; transports and handshakes differ between them."""
    if request.param == "asyncio":
        return asyncio.run
    return cast("OnLoop", pytest.importorskip("uvloop").run)
