"""The app against its own description: no answer that is not in it, and never a 500."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.e2e.people import register
from tests.e2e.running import RunningApp

CONFIG: Final = Path(__file__).with_name("schemathesis.toml")
EXAMPLES: Final = 20
ENDING: Final = ("logout", "closeAccount", "changePassword", "endOtherSessions", "endSession")
"""Operations that would end the session that the others are tried with."""


def schemathesis(app: RunningApp, token: str, *options: str) -> "subprocess.CompletedProcess[str]":
    """Try the app as somebody signed in: good and bad data, one by one and in sequences."""
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        "--config-file",
        str(CONFIG),
        "--no-color",
        "run",
        f"{app.url}/openapi.json",
        "--header",
        f"Authorization: Bearer {token}",
        "--max-examples",
        str(EXAMPLES),
        "--suppress-health-check",
        "all",
        *options,
    ]
    # Nothing may be written beside the tests, and only CI repeats the same examples.
    if os.environ.get("INSTAGRAM_TEST_REQUIRE") == "all":
        command.append("--generation-deterministic")
    return subprocess.run(
        command, capture_output=True, text=True, timeout=500, check=False, cwd=app.log.parent
    )


def test_no_answer_is_outside_the_description(app: RunningApp) -> None:
    """Statuses, content types, headers and bodies are those of the document."""
    options = [word for name in ENDING for word in ("--exclude-operation-id", name)]
    done = schemathesis(app, register(app).token, *options)

    assert done.returncode == 0, done.stdout[-8000:]
    assert app.defects() == []


def test_operations_that_end_sessions_are_as_described(app: RunningApp) -> None:
    """Tried by somebody who is signed out in the course of it."""
    for name in ENDING:
        done = schemathesis(app, register(app).token, "--include-operation-id", name)
        assert done.returncode == 0, done.stdout[-8000:]
    assert app.defects() == []
