"""The page about the kit names what the kit has."""

import importlib
import re
from pathlib import Path

import pytest

from instagram_core.testing.capabilities import COMMON
from tests.unit.instagram_core.testing.mutants.test_mutants import promised

PAGE = (Path(__file__).parents[4] / "docs" / "contract-kit.md").read_text()


def rows() -> list[tuple[str, str]]:
    """Give module and contract of each entry of the page's table."""
    lines = [line.split("|") for line in PAGE.splitlines() if "Contract`" in line and "|" in line]
    return [
        (module, name)
        for line in lines
        if len(line) == 4
        for module in re.findall(r"`(\w+)`", line[1])
        for name in re.findall(r"`(\w+Contract)`", line[2])
    ]


def test_every_contract_is_on_the_page() -> None:
    """A contract that nobody finds is not used."""
    leaves = {c.__name__ for c in promised() if not any(c in d.__mro__[1:] for d in promised())}
    assert leaves <= {name for _, name in rows()}


@pytest.mark.parametrize("module", sorted({module for module, _ in rows()}))
def test_the_page_says_where_each_contract_is(module: str) -> None:
    """The module that is named gives at least one of the contracts beside it."""
    found = importlib.import_module(f"instagram_core.testing.contracts.{module}")
    assert any(hasattr(found, name) for listed, name in rows() if listed == module)


def test_every_capability_is_explained() -> None:
    """A reader must know what to declare."""
    assert [name for name in COMMON if f"| `{name}` |" not in PAGE] == []


def test_the_page_shows_the_example_as_it_is() -> None:
    """Nobody copies from the page what was mended in the file only."""
    example = Path(__file__).parents[4] / "examples" / "sqlite_likes" / "test_sqlite_likes.py"
    _, body = example.read_text().split("\n\n", 1)
    assert body in PAGE
