"""The data directory: made when absent, held by one process, the key in it made once."""

import asyncio
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from instagram_app.container import data_directory
from instagram_app.container.errors import DataDirectoryRefused
from instagram_app.container.opening import open_application
from instagram_app.container.secret_key import secret_key
from tests.unit.instagram_app.memory_app import memory_settings

HOLD = """
import sys
from pathlib import Path
from instagram_app.container import data_directory
with data_directory.held(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    """Another key would log everybody out."""
    settings = memory_settings(tmp_path)

    key = secret_key(settings)

    assert secret_key(settings) == key
    assert len(key) == 64
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


def test_a_key_of_the_settings_is_used_and_not_kept(tmp_path: Path) -> None:
    """The operator keeps it elsewhere."""
    settings = memory_settings(tmp_path, secret_key="0123456789abcdef")

    assert secret_key(settings) == b"0123456789abcdef"
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_key_is_refused(tmp_path: Path) -> None:
    """A short key would be guessed; a new one would log everybody out."""
    (tmp_path / "secret.key").write_text("short\n")

    with pytest.raises(DataDirectoryRefused, match=r"secret\.key is damaged"):
        secret_key(memory_settings(tmp_path))


def test_a_killed_start_leaves_no_half_a_key(tmp_path: Path) -> None:
    """What an earlier process of the same number left behind is replaced."""
    (tmp_path / f"secret.key.{os.getpid()}").write_text("half")

    assert len(secret_key(memory_settings(tmp_path))) == 64


def test_two_processes_cannot_hold_one_directory(tmp_path: Path) -> None:
    """Memory is not shared between them."""
    first = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert first.stdout is not None
    assert first.stdout.readline() == "held\n"

    with (
        pytest.raises(DataDirectoryRefused, match="another process uses the data directory"),
        data_directory.held(tmp_path),
    ):
        pytest.fail("held twice")

    first.kill()
    first.communicate()
    with data_directory.held(tmp_path):
        pass


def test_an_application_holds_its_directory_while_it_is_open(tmp_path: Path) -> None:
    """A second server on the same data is refused; a command beside it is not."""
    settings = memory_settings(tmp_path)

    async def life() -> None:
        async with (
            open_application(settings),
            open_application(settings, is_alone=False),
            open_application(settings),
        ):
            pytest.fail("opened twice")

    with pytest.raises(DataDirectoryRefused, match="choose another directory with --data"):
        asyncio.run(life())


def test_a_directory_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    """The sentence names it."""
    (tmp_path / "file").write_text("")

    with pytest.raises(DataDirectoryRefused, match="file/data cannot be made: Not a directory"):
        data_directory.prepare(tmp_path / "file" / "data")
