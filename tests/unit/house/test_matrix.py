"""A run of the contracts ends with a table that says which adapter keeps which."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from instagram_core.testing.contracts.images import ImageProcessorContract
from instagram_core.testing.contracts.passwords import PasswordHasherContract
from tests.contract.matrix import TITLE, Matrix, adapter_of, port_of

ROOT = Path(__file__).parents[3]
HOOKS = """
from tests.contract.conftest import *
"""
KEEPS = """
import pytest
from instagram_core.testing.contracts.passwords import PasswordHasherContract

class TestHasher(PasswordHasherContract):
    def open(self):
        {body}
"""


class Mixed:
    """What an adapter's tests share."""

    async def open(self) -> None:
        """Never called here."""


@pytest.mark.parametrize(
    ("tested", "port"),
    [
        (ImageProcessorContract, "ImageProcessor"),
        (type("TestMine", (Mixed, PasswordHasherContract), {}), "PasswordHasher"),
        (Matrix, None),
    ],
)
def test_the_port_is_told_by_the_contract(tested: type, port: str | None) -> None:
    """By the nearest one of the kit."""
    assert port_of(tested) == port


@pytest.mark.parametrize(
    ("path", "adapter"),
    [
        ("/app/tests/contract/postgres/test_likes.py", "postgres"),
        ("/app/tests/contract/postgres/deeper/test_likes.py", "postgres"),
        ("/contract/app/tests/contract/memory/test_likes.py", "memory"),
        ("/app/examples/sqlite_likes/test_contract.py", "sqlite_likes"),
        ("/app/tests/contract/test_example.py", "contract"),
    ],
)
def test_the_adapter_is_told_by_the_folder(path: str, adapter: str) -> None:
    """Below tests/contract, or by itself elsewhere."""
    assert adapter_of(Path(path)) == adapter


def test_outcomes_are_counted_by_port_and_adapter() -> None:
    """A test counts once, as the worst of its phases; memory stands first."""
    matrix = Matrix()
    for phase in ("passed", "passed", "failed"):
        matrix.add(("Likes", "amqp"), "one", phase)
    for test in ("one", "two"):
        matrix.add(("Likes", "memory"), test, "passed")
    matrix.add(("Likes", "memory"), "three", "skipped")
    matrix.add(("Jobs", "amqp"), "one", "passed")

    assert [*matrix.lines()] == [
        "        memory  amqp",
        "Jobs         -   ✓ 1",
        "Likes  ✓ 2 (1)   ✗ 1",
    ]


def test_there_is_no_table_of_nothing() -> None:
    """A run of other tests ends as ever."""
    assert [*Matrix().lines()] == []


def test_a_run_ends_with_the_table(tmp_path: Path) -> None:
    """Failures and skips among it."""
    (tmp_path / "conftest.py").write_text(HOOKS)
    for adapter, body in {"broken": "raise RuntimeError", "absent": "pytest.skip('no')"}.items():
        (tmp_path / adapter).mkdir()
        (tmp_path / adapter / "test_it.py").write_text(KEEPS.format(body=body))
    path = os.pathsep.join(str(Path(entry).resolve()) for entry in [str(ROOT), *sys.path])
    command = ("-m", "pytest", "-q", "--import-mode=importlib", "-p", "no:cacheprovider", ".")
    done = subprocess.run(
        [sys.executable, *command],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": path, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stdout.splitlines()
    start = next(number for number, line in enumerate(lines) if TITLE in line)
    head, row = lines[start + 1 : start + 3]

    assert head.split() == ["absent", "broken"]
    assert re.fullmatch(r"PasswordHasher +\(\d+\) +✗ \d+ \(\d+\)", row), row
