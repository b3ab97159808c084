"""What SIGHUP means: new processes, or the end of the terminal."""

import asyncio
import os
import signal


def hangup_means_rolling(
    loop: asyncio.AbstractEventLoop, rolling: asyncio.Event, stop: asyncio.Event
) -> None:
    """Set `rolling` at SIGHUP; `stop` when the terminal that the program ran on was closed."""
    ran_on_terminal = _has_terminal()
    # Whoever starts it with `nohup` wants it to outlive the terminal.
    may_outlive = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN

    def hung_up() -> None:
        is_closed = ran_on_terminal and not may_outlive and not _has_terminal()
        (stop if is_closed else rolling).set()

    loop.add_signal_handler(signal.SIGHUP, hung_up)


def _has_terminal() -> bool:
    try:
        os.close(os.open(os.ctermid(), os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return True
