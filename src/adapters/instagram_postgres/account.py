"""Whom the embedded server runs as: us, or an account of its own when we are root."""

import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Final, TypedDict

from instagram_core.kernel.errors import AdapterError

_NAME: Final = "instagram"


class PopenArguments(TypedDict, total=False):
    """Keyword arguments of subprocess.Popen."""

    user: int
    group: int
    extra_groups: list[int]


class NoServerAccountError(AdapterError):
    """As root there must be another account for the server, and none could be made."""


class ServerAccount:
    """PostgreSQL refuses to run as root, so root lends it an account without rights."""

    def __init__(self) -> None:
        """Know nobody yet: the account is made when it is first needed."""
        self._entry: pwd.struct_passwd | None = None

    def popen_arguments(self) -> PopenArguments:
        """Give what makes a new process run as the account."""
        if os.geteuid() != 0:
            return {}
        entry = self._found()
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}

    def own(self, folder: Path) -> None:
        """Give a folder, not what is in it, to the account."""
        if os.geteuid() == 0:
            entry = self._found()
            os.chown(folder, entry.pw_uid, entry.pw_gid)

    def admit(self, folder: Path) -> None:
        """Let the account pass through the folders above `folder`, which it may not list."""
        if os.geteuid() == 0:
            for above in folder.resolve().parents:
                mode = above.stat().st_mode
                if not mode & stat.S_IXOTH:
                    above.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)

    def _found(self) -> pwd.struct_passwd:
        if self._entry is None:
            try:
                self._entry = pwd.getpwnam(_NAME)
            except KeyError:
                self._entry = _made()
        return self._entry


def _made() -> pwd.struct_passwd:
    program = shutil.which("useradd")
    if program is None:
        raise NoServerAccountError(
            f"run this as another user than root, or create the system user {_NAME!r}: "
            "PostgreSQL does not run as root"
        )
    command = [program, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", _NAME]
    made = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed arguments
    try:
        return pwd.getpwnam(_NAME)  # also when another process was first
    except KeyError as error:
        raise NoServerAccountError(f"useradd {_NAME}: {made.stderr.strip()}") from error
