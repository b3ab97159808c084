"""The parts of the house style that no linter knows."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
FOLDERS = ("src", "tests", "benchmarks", "examples")
MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 60
EMPTY_NAMES = {"base", "common", "helper", "helpers", "manager", "misc", "util", "utils"}


def python_files() -> list[Path]:
    """Give every Python file of the project."""
    return sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Give every function and method, inner ones too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Give how many lines a function takes."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def test_a_file_can_be_read_in_one_sitting() -> None:
    """A file of more than 400 lines holds more than one idea."""
    lengths = {path: len(path.read_text().splitlines()) for path in python_files()}

    assert {path: lines for path, lines in lengths.items() if lines > MOST_LINES_OF_A_FILE} == {}


def test_a_function_fits_on_a_screen() -> None:
    """A function of more than 60 lines does more than one thing."""
    too_long = {
        (path, function.name): lines_of(function)
        for path in python_files()
        for function in functions(ast.parse(path.read_text()))
        if lines_of(function) > MOST_LINES_OF_A_FUNCTION
    }

    assert too_long == {}


def test_a_name_says_what_is_inside() -> None:
    """`utils` and its kin are names of nothing."""
    empty = {path for path in python_files() if EMPTY_NAMES & {path.stem, path.parent.name}}

    assert empty == set()


def test_every_ignored_rule_has_a_reason_of_five_words() -> None:
    """An exception to ALL without a reason cannot be questioned later."""
    text = (ROOT / "pyproject.toml").read_text()
    section = text[text.index("[tool.ruff.lint]") : text.index("[tool.mypy]")]
    rules = re.findall(r'^    "([A-Z]+\d*)",(.*)$', section, re.MULTILINE)

    assert "S101" in dict(rules)
    assert {rule for rule, reason in rules if len(reason.strip(" #").split()) != 5} == set()
