"""The units are units, and say what the app needs of systemd."""

import configparser
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

UNITS = sorted((Path(__file__).parents[3] / "deploy" / "systemd").glob("*.service"))


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_understands_a_unit(tmp_path: Path, unit: Path) -> None:
    """As `systemd-analyze` sees it; without that, as far as its form goes."""
    if shutil.which("systemd-analyze") is None:
        assert parsed(unit).sections() == ["Unit", "Service", "Install"]
        return
    # The program itself is not installed where the tests run.
    text = unit.read_text().replace("/opt/instagram/bin/instagram", sys.executable)
    (tmp_path / unit.name).write_text(text)
    told = subprocess.run(
        ["systemd-analyze", "verify", tmp_path / unit.name],
        capture_output=True,
        text=True,
        check=False,
    )

    assert unit.name not in told.stderr


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_lets_the_app_end_in_order(unit: Path) -> None:
    """Longer than the ten seconds that it may take; started again when it ends."""
    service = parsed(unit)["Service"]

    assert (service["KillMode"], service["KillSignal"]) == ("mixed", "SIGTERM")
    assert int(service["TimeoutStopSec"]) > 10
    assert (service["Restart"], service["RestartSec"]) == ("always", "1")
    assert service["ExecStart"].startswith("/opt/instagram/bin/instagram ")


def test_a_reload_replaces_the_processes() -> None:
    """By the signal that the supervisor knows."""
    (unit,) = (unit for unit in UNITS if "http" in unit.name)

    assert parsed(unit)["Service"]["ExecReload"] == "/bin/kill -HUP $MAINPID"


def parsed(unit: Path) -> configparser.ConfigParser:
    """Give a unit by sections."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(unit)
    return parser
