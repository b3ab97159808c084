"""INSTAGRAM_TEST_REQUIRE=all is what keeps CI from passing without its servers."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
# Other plugins take a second each to import.
ALONE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
HOOKS = "from tests.required import pytest_make_collect_report, pytest_runtest_makereport\n"
SKIPS_A_SERVER = """
import pytest
def test_like():
    pytest.skip("PostgreSQL 15 is not installed")
"""
LACKS_A_CAPABILITY = """
from instagram_core.testing.contract import Contract
from instagram_core.testing.capabilities import requires

class StoreContract(Contract[object]):
    @requires("reopen")
    async def test_it_survives(self, subject: object) -> None:
        assert subject is None, "never run here"

class TestStore(StoreContract):
    async def open(self) -> None:
        raise AssertionError("never opened here")
"""
SKIPS_A_MODULE = """
import pytest
pytest.importorskip("a_library_nobody_has")
"""
FAILS_AS_KNOWN = """
import pytest
@pytest.mark.xfail(strict=True)
def test_like():
    assert False
"""


def run(folder: Path, test: str, require: str) -> tuple[int, str]:
    """Give exit code and output of a run of one test file under the project's hooks."""
    (folder / "conftest.py").write_text(HOOKS)
    (folder / "test_one.py").write_text(test)
    path = os.pathsep.join(str(Path(entry).resolve()) for entry in [str(ROOT), *sys.path])
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-ra", "-p", "no:cacheprovider", "--rootdir=.", "."],
        cwd=folder,
        env=os.environ | {"INSTAGRAM_TEST_REQUIRE": require, "PYTHONPATH": path} | ALONE,
        capture_output=True,
        text=True,
        check=False,
    )
    return result.returncode, result.stdout + result.stderr


@pytest.mark.parametrize("test", [SKIPS_A_SERVER, SKIPS_A_MODULE])
def test_a_missing_server_fails_the_run_when_everything_is_required(
    tmp_path: Path, test: str
) -> None:
    """A skip that CI would not notice is a failure there."""
    code, output = run(tmp_path, test, "all")

    assert code not in {0, 5}, output
    assert "must run" in output


@pytest.mark.parametrize("test", [SKIPS_A_SERVER, SKIPS_A_MODULE])
def test_a_missing_server_is_a_skip_for_a_contributor(tmp_path: Path, test: str) -> None:
    """Nobody has to install a server for a change of the core."""
    code, output = run(tmp_path, test, "")

    assert code in {0, 5}, output
    assert "1 skipped" in output


@pytest.mark.parametrize("test", [LACKS_A_CAPABILITY, FAILS_AS_KNOWN])
def test_a_declared_lack_is_no_failure_when_everything_is_required(
    tmp_path: Path, test: str
) -> None:
    """Undeclared capabilities and known failures are data of an adapter, not missing servers."""
    code, output = run(tmp_path, test, "all")

    assert code == 0, output
    assert "1 skipped" in output or "1 xfailed" in output


def test_an_unknown_value_is_refused(tmp_path: Path) -> None:
    """A typo in CI's settings must not switch the rule off."""
    code, output = run(tmp_path, SKIPS_A_SERVER, "al")

    assert code != 0
    assert "may be 'all' or unset" in output
