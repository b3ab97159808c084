"""What the tests of password hashing share: coroutine tests."""

from tests.coroutines import pytest_pyfunc_call

__all__ = ["pytest_pyfunc_call"]
