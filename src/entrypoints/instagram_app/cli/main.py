"""The way into the program: light, because a server may be told to stop while it starts."""

import os
import signal
import sys

from instagram_app.cli.failure import missing

_SERVERS = ("serve", "worker")


def main() -> None:
    """Run the command that the arguments name, and exit."""
    if sys.argv[1:2] and sys.argv[1] in _SERVERS:
        # Nothing is open yet; the process takes the signal over once it may be.
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))

    try:
        from instagram_app.cli.commands import run
    except ModuleNotFoundError as error:
        sys.exit(f"instagram: {missing(error)}")

    sys.exit(run(sys.argv[1:]))
