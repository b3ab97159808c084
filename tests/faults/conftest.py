"""One app on all servers for the whole matrix, and the table that is written at its end."""

from collections.abc import Iterator

import pytest

from tests.faults import table
from tests.faults.stage import Stage, servers, stage


@pytest.fixture(scope="session")
def played() -> Iterator[Stage]:
    """Give the app on all servers, all well; a test leaves them so."""
    with servers() as every, stage(every) as found:
        yield found


@pytest.fixture(scope="session")
def rows() -> Iterator[list[table.Row]]:
    """Take what was seen."""
    seen: list[table.Row] = []
    yield seen
    table.write(seen)
