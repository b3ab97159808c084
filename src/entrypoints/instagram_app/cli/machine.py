"""What an operator wants to know of this machine."""

import resource
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from instagram_app.container.carried import absent_adapters
from instagram_app.container.checks import Check, State
from instagram_app.container.own import useless_factories
from instagram_app.container.secret_key import FILE_NAME
from instagram_app.runtime.open_files import OTHERS
from instagram_app.settings.consistency import uses_data_directory
from instagram_app.settings.table import Settings

_MEGABYTE: Final = 1_000_000
_DISK_WARNING: Final = 2_000 * _MEGABYTE
_DISK_FAILURE: Final = 200 * _MEGABYTE


def settings_checks(settings: Settings) -> Iterator[Check]:
    """Look at what was set."""
    absent = absent_adapters(settings)
    for sentence in absent:
        yield _wrong_setting(sentence, "take the setting away")
    useless = () if absent else tuple(useless_factories(settings))
    for sentence in useless:
        yield _wrong_setting(sentence, "install it, or correct the setting")
    if not absent and not useless:
        count = len(settings.origins)
        yield Check(subject="settings", state=State.OK, finding=f"{count} set, all make sense")
    if not settings.limits:
        yield Check(
            subject="limits",
            state=State.WARNING,
            finding="INSTAGRAM_LIMITS is off",
            advice="turn them on, unless this is a load test",
        )


def _wrong_setting(sentence: str, advice: str) -> Check:
    return Check(subject="settings", state=State.FAILED, finding=sentence, advice=advice)


def data_checks(settings: Settings) -> Iterator[Check]:
    """Look at the data directory, its key and its disk."""
    if not uses_data_directory(settings):
        yield Check(subject="data", state=State.OK, finding="no data directory is used")
        return
    yield _directory(settings.data)
    if (settings.data / FILE_NAME).exists():
        yield _key(settings.data / FILE_NAME)
    yield _disk(settings.data)


def open_files_check(settings: Settings) -> Check:
    """Look at how many files this process may open: each connection is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = settings.connections + OTHERS
    if most == resource.RLIM_INFINITY or most >= needed:
        finding = "no limit" if most == resource.RLIM_INFINITY else f"{most} may be open"
        return Check(subject="open files", state=State.OK, finding=finding)
    return Check(
        subject="open files",
        state=State.WARNING,
        finding=f"{most} may be open, {settings.connections} connections need {needed}",
        advice=f"raise the hard limit (ulimit -Hn), or set INSTAGRAM_CONNECTIONS to "
        f"{max(most - OTHERS, 1)} or less",
    )


def _directory(path: Path) -> Check:
    if not path.exists():
        finding = f"{path} is made at the first start"
        return Check(subject="data", state=State.OK, finding=finding)
    try:
        probe = path / ".doctor"
        probe.touch()
        probe.unlink()
    except OSError as error:
        return Check(
            subject="data",
            state=State.FAILED,
            finding=f"{path} cannot be written: {error.strerror}",
            advice="give this user the directory, or choose another one with INSTAGRAM_DATA",
        )
    return Check(subject="data", state=State.OK, finding=str(path))


def _key(path: Path) -> Check:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        return Check(
            subject="secret key",
            state=State.FAILED,
            finding=f"others may read {path}",
            advice=f"chmod 600 {path}",
        )
    return Check(subject="secret key", state=State.OK, finding="private")


def _disk(path: Path) -> Check:
    there = next(one for one in (path, *path.parents) if one.exists())
    free = shutil.disk_usage(there).free
    state = State.OK
    if free < _DISK_WARNING:
        state = State.FAILED if free < _DISK_FAILURE else State.WARNING
    return Check(
        subject="disk",
        state=state,
        finding=f"{free / 1e9:.1f} GB free",
        advice="" if state is State.OK else f"make room on the disk of {there}",
    )
