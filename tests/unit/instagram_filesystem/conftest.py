"""What the tests of the media folder share."""

from pathlib import Path

import pytest

from tests.coroutines import pytest_pyfunc_call

__all__ = ["pytest_pyfunc_call"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give the folder of a store that is not there yet."""
    return tmp_path / "data" / "media"
