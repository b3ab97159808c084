"""Handlers and schedules are for embedders, too."""

import subprocess
import sys

LOADED = """
import sys
before = set(sys.modules)
import instagram_core.assembly.handlers, instagram_core.assembly.schedules
loaded = {name.partition(".")[0] for name in set(sys.modules) - before}
print(*sorted(loaded - sys.stdlib_module_names))
"""


def test_handlers_and_schedules_need_the_core_alone() -> None:
    """Whoever embeds the core takes them without installing the app."""
    command = [sys.executable, "-c", LOADED]

    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()

    assert set(loaded) == {"attr", "attrs", "instagram_core"}
