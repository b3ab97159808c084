"""Running the command line as a person would, and as a part of this process."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

PROGRAM = "from instagram_app.cli.main import main; main()"


def environment(folder: Path, settings: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give an environment without settings but those given, and a home of its own."""
    foreign = {name: value for name, value in os.environ.items() if "INSTAGRAM_" not in name}
    ours = {"HOME": str(folder), "INSTAGRAM_DATA": str(folder / "data")}
    return foreign | ours | dict(settings or {})


def command(*arguments: str) -> list[str]:
    """Give the program with arguments, whether it is installed or not."""
    return [sys.executable, "-c", PROGRAM, *arguments]


def run_program(
    folder: Path,
    *arguments: str,
    settings: Mapping[str, str] | None = None,
    typed: str = "",
) -> subprocess.CompletedProcess[str]:
    """Run the program to its end in a process of its own."""
    return subprocess.run(
        command(*arguments),
        cwd=folder,
        env=environment(folder, settings),
        input=typed,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
