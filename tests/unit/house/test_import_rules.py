"""The import contracts see everything; a package that is not listed would silently be unchecked."""

import ast
import configparser
import sys
from pathlib import Path

import pytest

import instagram_core

ROOT = Path(__file__).parents[3]
# What the core may import beside itself and the standard library.
ALLOWED = {"attrs"}
# The contract kit is for tests.
ALLOWED_IN_TESTING = ALLOWED | {"hypothesis", "pytest"}


def contracts() -> configparser.ConfigParser:
    """Give the contracts as import-linter reads them."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter")
    return parser


def names(section: str, option: str) -> set[str]:
    """Give the package names of one multi-line option."""
    return set(contracts()[section][option].replace("|", " ").split())


def packages_of(folder: str) -> set[str]:
    """Give the folders of a source root that are, or should be, Python packages."""
    return {
        path.name
        for path in (ROOT / "src" / folder).iterdir()
        if path.is_dir() and any(path.rglob("*.py"))
    }


def imported_packages(tree: ast.Module) -> set[str]:
    """Give the top-level names that a module imports anywhere, also inside functions."""
    found = set[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            found.add(str(node.module).partition(".")[0])
    return found


def core_files() -> list[Path]:
    """Give every module of the core that is installed."""
    return sorted(Path(str(instagram_core.__file__)).parent.rglob("*.py"))


def allowed(path: Path) -> set[str]:
    """Give what a module of the core may import from others."""
    return ALLOWED_IN_TESTING if "testing" in path.parts else ALLOWED


def test_every_package_of_the_source_roots_is_checked() -> None:
    """A folder under a source root that is no root package escapes every contract."""
    packages = {"instagram_core"} | packages_of("adapters") | packages_of("entrypoints")

    assert packages == names("importlinter", "root_packages")


@pytest.mark.parametrize(
    ("contract", "option"),
    [
        ("layers", "layers"),
        ("adapters", "protected_modules"),
        ("kit", "source_modules"),
        ("frameworks", "source_modules"),
    ],
)
def test_every_adapter_is_named_by_every_contract_about_adapters(
    contract: str, option: str
) -> None:
    """An adapter that one list forgot would be free of that rule."""
    missing = packages_of("adapters") - names(f"importlinter:contract:{contract}", option)

    assert set() == missing


def test_the_core_imports_attrs_and_the_standard_library_alone() -> None:
    """A team that embeds the core installs attrs and nothing else."""
    ours = sys.stdlib_module_names | {"instagram_core"}
    forbidden = {
        path: foreign
        for path in core_files()
        if (foreign := imported_packages(ast.parse(path.read_text())) - ours - allowed(path))
    }

    assert "kernel" in {path.parent.name for path in core_files()}
    assert forbidden == {}


def test_an_import_inside_a_function_is_seen() -> None:
    """A late import is an import."""
    tree = ast.parse("def f():\n    import sanic.response\n    from msgspec import json\n")

    assert imported_packages(tree) == {"sanic", "msgspec"}
