"""How a process ends with the one that started it, however that ends."""

import ctypes
import os
import signal
import sys
import threading
import time
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
_LOOK_SECONDS: Final = 0.5


def end_with(parent: int) -> None:
    """Kill this process when `parent`, which started it, is gone: at once, where that is known."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    else:
        threading.Thread(target=_end_without, args=(parent,), daemon=True).start()
    if os.getppid() != parent:  # it was gone before this began to look
        os.kill(os.getpid(), signal.SIGKILL)


def _end_without(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)
