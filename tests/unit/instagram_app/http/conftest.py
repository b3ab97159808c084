"""One running app for each module of tests."""

from collections.abc import Iterator

import pytest

from tests.unit.instagram_app.http.served import Served, served


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Give an app without limits."""
    with served(tmp_path_factory.mktemp("data"), limits="off") as running:
        yield running
