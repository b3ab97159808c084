"""The wheel holds the packages of the three source roots, whole, under their own names."""

from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path, PurePosixPath

import pytest

import instagram_core

ROOT = Path(__file__).parents[3]
SOURCE_ROOTS = {
    "instagram_core": ROOT / "src",
    "adapters": ROOT / "src" / "adapters",
    "entrypoints": ROOT / "src" / "entrypoints",
}
PACKAGES = {
    "instagram_amqp",
    "instagram_app",
    "instagram_argon2",
    "instagram_core",
    "instagram_filesystem",
    "instagram_imagemagick",
    "instagram_postgres",
    "instagram_s3",
    "instagram_sandbox",
    "instagram_scylla",
    "instagram_valkey",
    "instagram_vips",
}


@pytest.fixture
def installed() -> Distribution:
    """Give the installed distribution, if it is a wheel and not a link to the source."""
    try:
        found = distribution("instagram-core")
    except PackageNotFoundError:
        pytest.skip("the wheel is not installed")
    if "editable" in (found.read_text("direct_url.json") or ""):
        pytest.skip("the installed distribution is a link to the source, not the wheel")
    return found


def files_of(found: Distribution) -> set[PurePosixPath]:
    """Give the files that the wheel put beside other packages, without what installing adds."""
    return {
        PurePosixPath(path)
        for path in found.files or []
        if path.parts[0] != ".."
        and not path.parts[0].endswith(".dist-info")
        and "__pycache__" not in path.parts
    }


def source_files() -> set[PurePosixPath]:
    """Give every file of the source roots that has to ship."""
    return {
        PurePosixPath(path.relative_to(base).as_posix())
        for name, base in SOURCE_ROOTS.items()
        for path in (ROOT / "src" / name).rglob("*")
        if path.is_file()
        and "__pycache__" not in path.parts
        and path.relative_to(base).parts[0] != "web"
    }


def test_the_wheel_ships_exactly_our_packages(installed: Distribution) -> None:
    """Not one name more: `adapters` and `entrypoints` belong to other projects."""
    assert {path.parts[0] for path in files_of(installed)} == PACKAGES


def test_the_wheel_ships_every_file_of_the_source(installed: Distribution) -> None:
    """SQL, templates and the like are part of the code."""
    assert source_files() == files_of(installed)


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_every_package_says_that_it_is_typed(package: str) -> None:
    """Without the marker a type checker ignores the annotations of an installed package."""
    assert PurePosixPath(package, "py.typed") in source_files()


def test_migrations_are_among_the_files() -> None:
    """The check above is about SQL too."""
    assert {path.suffix for path in source_files()} >= {".py", ".sql", ".typed"}


def test_the_command_is_installed(installed: Distribution) -> None:
    """`instagram` is the app's command line."""
    (command,) = installed.entry_points.select(group="console_scripts")

    assert (command.name, command.value) == ("instagram", "instagram_app.cli.main:main")


def test_the_tests_run_against_the_wheel(installed: Distribution) -> None:
    """What is tested is what ships, not the working tree."""
    ships = installed.locate_file("instagram_core/__init__.py")

    assert Path(str(instagram_core.__file__)) == Path(str(ships))
