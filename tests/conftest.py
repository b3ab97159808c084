"""What every test shares: required servers, event loops, and how Hypothesis searches."""

from hypothesis import settings

from tests.loops import on_loop
from tests.required import (
    is_everything_required,
    pytest_make_collect_report,
    pytest_runtest_makereport,
)

__all__ = ["on_loop", "pytest_make_collect_report", "pytest_runtest_makereport"]

# Deadlines measure the machine, not the code. CI repeats the same examples, so that a red run
# is the fault of the change; a contributor's runs search on.
settings.register_profile("contributor", deadline=None)
settings.register_profile("everything-required", deadline=None, derandomize=True)
settings.load_profile("everything-required" if is_everything_required() else "contributor")
