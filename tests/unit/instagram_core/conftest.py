"""What the tests of use cases share: a world in memory, and a loop for coroutine tests."""

import asyncio
import inspect

import pytest

from tests.unit.instagram_core.world import World, new_world

DEADLINE = 30
"""Seconds: a deadlock must not hang."""


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a coroutine test on a loop of its own; others are left to pytest."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    wanted = inspect.signature(pyfuncitem.obj).parameters

    async def run() -> None:
        async with asyncio.timeout(DEADLINE):
            await pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in wanted})

    asyncio.run(run())
    return True


@pytest.fixture
def world() -> World:
    """Give a world without people, at rest."""
    return new_world()
