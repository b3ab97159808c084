"""One app for each module of scenarios, on an empty data directory."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.running import RunningApp, fresh_folder, running


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give an empty place for a data directory."""
    with fresh_folder() as found:
        yield found


@pytest.fixture(scope="module")
def app() -> Iterator[RunningApp]:
    """Give an app without limits."""
    with fresh_folder() as found, running(found, limits="off") as started:
        yield started
