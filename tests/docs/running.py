"""Running one block of a page, in a folder of its own."""

import doctest
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.docs.blocks import Block
from tests.docs.serving import environment, free_port, serving

SECONDS_PER_BLOCK = 300
DOCUMENTED_ADDRESS = "127.0.0.1:8000"
_END_OF_COMMAND = "--- end of a command of the page ---"


def verify(block: Block, folder: Path, root: Path, address: str = "") -> None:
    """Do with a block what its language and its directive say; raise AssertionError if it fails."""
    body = block.body.replace(DOCUMENTED_ADDRESS, address or DOCUMENTED_ADDRESS)
    if block.make_targets:
        _run_process(["make", "--dry-run", *block.make_targets], root)
    elif block.directive == "until ready":
        _serve(block, folder)
    elif block.directive == "pytest":
        (folder / "test_block.py").write_text(body)
        # Adapters of the examples lie on the path of somebody who wrote them.
        on_path = f"pythonpath={root / 'examples'}"
        command = [sys.executable, "-m", "pytest", "-q", "--rootdir=.", "-o", on_path]
        _run_process([*command, "test_block.py"], folder)
    elif block.language == "python":
        (folder / "block.py").write_text(body)
        _run_process([sys.executable, "block.py"], folder)
    elif block.language in {"bash", "console"}:
        _run_commands(block, folder, address)
    else:
        _parse(block)


def _parse(block: Block) -> None:
    match block.language:
        case "json":
            json.loads(block.body)
        case "toml":
            tomllib.loads(block.body)
        case language:
            assert language == "text", f"nobody knows how to run {language!r}"


def _run_process(command: list[str], folder: Path) -> str:
    result = subprocess.run(
        command,
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS_PER_BLOCK,
        check=False,
    )
    assert result.returncode == 0, f"exit code {result.returncode}\n{result.stdout}"
    return result.stdout


def _run_commands(block: Block, folder: Path, address: str) -> None:
    """Run all commands in one shell, so that variables live on, and compare what each printed."""
    script = "".join(f"{command}\necho '{_END_OF_COMMAND}'\n" for command, _ in block.commands)
    script = script.replace(DOCUMENTED_ADDRESS, address or DOCUMENTED_ADDRESS)
    output = _run_process(["bash", "-euo", "pipefail", "-c", script], folder)
    printed = output.split(f"{_END_OF_COMMAND}\n")
    for (command, expected), actual in zip(block.commands, printed, strict=False):
        agrees = doctest.OutputChecker().check_output(
            expected, actual, doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        )
        assert not expected or agrees, f"{command}shows\n{expected}but printed\n{actual}"


def _serve(block: Block, folder: Path) -> None:
    script = "".join(command for command, _ in block.commands)
    port = f"instagram serve --port {free_port()}"
    script = re.sub(r"\binstagram serve\b", port, script)
    with serving(["bash", "-euo", "pipefail", "-c", script], folder):
        pass
