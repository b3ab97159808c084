"""What the tests of the PostgreSQL adapter share: coroutine tests, and servers of the wheel."""

from collections.abc import Iterator

import pytest

from tests.coroutines import pytest_pyfunc_call
from tests.servers.postgres import Databases, LocalServer, local_server, wheel_databases

__all__ = ["pytest_pyfunc_call"]


@pytest.fixture
def databases() -> Databases:
    """Give databases of one server, which is left alone."""
    return wheel_databases()


@pytest.fixture(scope="session")
def lone_server() -> Iterator[LocalServer]:
    """Give a server that a test may kill and freeze; it leaves it running."""
    server = local_server()
    yield server
    server.close()
