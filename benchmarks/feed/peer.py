"""The peer: stream-framework of PyPI, in an environment that the benchmark makes for it.

Its last release, 1.4.0 of 2016, names a parameter `async`, which has been a keyword since Python
3.7: there its manager cannot be imported. The word is renamed in the installed copy of that one
module; nothing else is changed. It also wants a client of Redis older than 3. Its fan-out function
is called where it would hand it to Celery, so that no queue's overhead counts against it. It trims
one feed in a hundred, by chance, where ours trims each: that is its design, and left to it.

GoToSocial, Mastodon and Pixelfed are servers with databases, languages and builds of their own.
They cannot be run here, and their figures of elsewhere are no measurement beside ours: no row.
"""

import asyncio
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import attrs

_REQUIREMENTS: Final = ("stream-framework[redis]==1.4.0", "redis<3")
_MODULE: Final = "stream_framework/feed_managers/base.py"
_INSTALL_SECONDS: Final = 300
_SCRIPT: Final = Path(__file__).with_name("peer_script.py")


class PeerAbsentError(Exception):
    """The peer cannot be run here; the message says why."""


@attrs.frozen
class PeerRate:
    """What the peer did."""

    rate: float
    """Entries a second."""
    length: float
    """Of its feeds, on average, afterwards."""


def installed() -> Path:
    """Give the Python that has the peer, installing it once; PeerAbsentError says why not."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    folder = Path(tempfile.gettempdir()) / f"instagram-benchmark-peer-{version}"
    python, done = folder / "bin" / "python", folder / "done"
    if done.exists():
        return python
    _run(sys.executable, "-m", "venv", "--clear", str(folder))
    _run(str(python), "-m", "pip", "install", "--quiet", *_REQUIREMENTS)
    for module in folder.rglob(_MODULE):
        module.write_text(without_keyword(module.read_text()))
    done.touch()
    return python


def without_keyword(source: str) -> str:
    """Give the peer's source with its parameter `async` renamed."""
    return re.sub(r"\basync\b", "is_async", source)


async def measured(python: Path, port: int, readers: int, seconds: float) -> PeerRate:
    """Give what the peer does on a server; it fills as many feeds as there are readers first."""
    words = (str(python), str(_SCRIPT), str(port), str(readers), str(seconds))
    process = await asyncio.create_subprocess_exec(
        *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    told, error = await process.communicate()
    if process.returncode:
        raise PeerAbsentError(f"it fails: {error.decode().strip().splitlines()[-1]}")
    return PeerRate(**json.loads(told))


def _run(*words: str) -> None:
    try:
        subprocess.run(words, check=True, capture_output=True, timeout=_INSTALL_SECONDS, text=True)
    except subprocess.CalledProcessError as error:
        last = (error.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise PeerAbsentError(f"it does not install: {last}") from error
    except subprocess.TimeoutExpired as error:
        raise PeerAbsentError(f"it does not install within {_INSTALL_SECONDS} s") from error
