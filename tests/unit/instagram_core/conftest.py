"""What the tests of use cases share: a world in memory, and a loop for coroutine tests."""

import pytest

from tests.coroutines import pytest_pyfunc_call
from tests.unit.instagram_core.world import World, new_world

__all__ = ["pytest_pyfunc_call"]


@pytest.fixture
def world() -> World:
    """Give a world without people, at rest."""
    return new_world()
