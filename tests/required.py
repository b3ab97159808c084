"""What must run, runs: with INSTAGRAM_TEST_REQUIRE=all a skipped test is a failed test.

A contributor without a certain server still passes the tests that need none; CI has everything,
so there a skip means that something which must run did not.
"""

import os
import re
from collections.abc import Generator

import pytest

# The reason that is no accident: an adapter says in its contract what it can do, and this is not
# among it. The contract kit writes it so.
EXPECTED_REASON = re.compile(r"capability [\w, -]+: not declared")


def is_everything_required() -> bool:
    """Tell whether a skip is a failure; a value other than `all` is refused."""
    value = os.environ.get("INSTAGRAM_TEST_REQUIRE", "")
    if value not in {"", "all"}:
        raise pytest.UsageError(f"INSTAGRAM_TEST_REQUIRE is {value!r}; it may be 'all' or unset")
    return value == "all"


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if not report.skipped or hasattr(report, "wasxfail") or not is_everything_required():
        return
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    reason = text.removeprefix("Skipped: ")
    if not EXPECTED_REASON.fullmatch(reason):
        report.outcome = "failed"
        report.longrepr = f"This must run (INSTAGRAM_TEST_REQUIRE=all), but was skipped: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the skip of a test into a failure."""
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn the skip of a whole module into a failure."""
    report = yield
    _refuse_skip(report)
    return report
