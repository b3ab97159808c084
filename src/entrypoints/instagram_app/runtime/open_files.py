"""How many files a process may open: every connection is one."""

import resource
from typing import Final

OTHERS: Final = 256
"""Beside connections: the database's, pictures, logs."""


def allow_open_files(connections: int) -> int:
    """Raise this process's own limit as far as connections need and the system lets it; give it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + OTHERS
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return soft
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted
