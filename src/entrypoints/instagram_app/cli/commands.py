"""Which commands there are, and what becomes of their failures."""

import os
import sys
from collections.abc import Sequence
from typing import Final

from cyclopts import App
from cyclopts.exceptions import CycloptsError

from instagram_app.cli.failure import WrongUse, sentence_of

DONE: Final = 0
FAILED: Final = 1
WRONG: Final = 2
INTERRUPTED: Final = 130

_COMMANDS: Final = {
    "serve": "Run the app: HTTP, worker and scheduler.",
    "worker": "Work off jobs, without HTTP.",
    "demo": "Fill the system with people and photographs.",
    "doctor": "Check settings, servers, formats, disk, clock, limits and the running app.",
    "migrate": "Bring database, keyspace, bucket and queues to what this release needs.",
    "config": "Show the settings in force and where each came from.",
    "openapi": "Print the OpenAPI document.",
}
_GROUPS: Final = {
    "admin": "Make and change accounts.",
    "repair": "Recompute what is derived, and report every difference.",
    "jobs": "See, retry and discard jobs.",
}


def run(arguments: Sequence[str]) -> int:
    """Run a command and give its exit code: 0 done, 1 failed, 2 wrong use."""
    is_debug = "--debug" in arguments
    try:
        result = make_app()(list(arguments), exit_on_error=False, print_error=False)
        sys.stdout.flush()
    except (CycloptsError, WrongUse) as error:
        return _say(error, WRONG)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _forget_standard_output()
        return DONE
    except Exception as error:
        if is_debug:
            raise
        return _say(error, FAILED)
    return result if isinstance(result, int) else DONE


def make_app() -> App:
    """Give the commands; none of them is imported yet."""
    # Plain text, because rendering Markdown costs a fifth of the time that --help may take.
    app = App(
        name="instagram",
        help="A photo sharing system.",
        help_format="plaintext",
        version=_version,
        result_action="return_value",
    )
    for name, words in _COMMANDS.items():
        app.command(f"instagram_app.cli.{name}:{name}", name=name, help=words)
    for name, words in _GROUPS.items():
        app.command(f"instagram_app.cli.{name}:app", name=name, help=words)
    return app


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("instagram-core")
    except PackageNotFoundError:
        return "unknown: the package is not installed"


def _say(error: Exception, code: int) -> int:
    sys.stderr.write(f"instagram: {sentence_of(error)}\n")
    return code


def _forget_standard_output() -> None:
    # Whoever read it is gone; without this the interpreter complains while it ends.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
