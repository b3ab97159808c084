"""Reads what operators wrote, wherever they wrote it, as texts by field."""

import difflib
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import attrs

from instagram_app.settings.errors import SettingsRefused
from instagram_app.settings.row import PREFIX
from instagram_app.settings.table import ROWS

CONFIG_NAME: Final = "instagram.toml"
FREE_PREFIXES: Final = ("INSTAGRAM_TEST_", "INSTAGRAM_BENCH_")

_FILE_SUFFIX = "_file"
_BY_FIELD = {row.field: row for row in ROWS}
_FROM_FILES = {row.field + _FILE_SUFFIX: row for row in ROWS if row.is_secret}


@attrs.frozen
class Given:
    """A text that somebody wrote for a setting, and where."""

    text: str
    source: str


def from_command_line(options: Mapping[str, str | None]) -> dict[str, Given]:
    """Give the options that were used, by field."""
    return {
        field: Given(text, "command line") for field, text in options.items() if text is not None
    }


def from_environment(environ: Mapping[str, str]) -> dict[str, Given]:
    """Give what `INSTAGRAM_*` variables say; SettingsRefused for names that are no settings."""
    found = {
        name.removeprefix(PREFIX).lower(): text
        for name, text in environ.items()
        if name.startswith(PREFIX) and not name.startswith(FREE_PREFIXES)
    }
    return _resolve(found, "environment", _environment_name)


def from_toml(path: Path, *, is_required: bool) -> dict[str, Given]:
    """Give what a TOML file says; nothing for a file that is not there and not required."""
    try:
        content = tomllib.loads(path.read_text())
    except FileNotFoundError as error:
        if not is_required:
            return {}
        raise SettingsRefused([f"the configuration {path} does not exist"]) from error
    except OSError as error:
        raise SettingsRefused([f"the configuration {path}: {error.strerror}"]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsRefused([f"the configuration {path} is not TOML: {error}"]) from error
    found = {key: _text(path, key, value) for key, value in content.items()}
    return _resolve(found, str(path), lambda key: f"{key} in {path}")


def _resolve(
    found: Mapping[str, str], source: str, name_of: Callable[[str], str]
) -> dict[str, Given]:
    given: dict[str, Given] = {}
    problems: list[str] = []
    for key, text in found.items():
        if key in _BY_FIELD:
            given[key] = Given(text, source)
        elif key not in _FROM_FILES:
            problems.append(f"{name_of(key)} is no setting{_suggestion(key, name_of)}")
        elif (row := _FROM_FILES[key]).field in found:
            problems.append(f"{name_of(row.field)} and {name_of(key)} are both set; one may be")
        else:
            try:
                given[row.field] = _from_file(Path(text), source)
            except (OSError, UnicodeDecodeError) as error:
                problems.append(f"{name_of(key)} is {text!r}, which cannot be read: {error}")
    if problems:
        raise SettingsRefused(problems)
    return given


def _from_file(path: Path, source: str) -> Given:
    return Given(path.read_text().removesuffix("\n").removesuffix("\r"), f"{source}, file {path}")


def _environment_name(key: str) -> str:
    return PREFIX + key.upper()


def _suggestion(key: str, name_of: Callable[[str], str]) -> str:
    known = [*_BY_FIELD, *_FROM_FILES]
    close = difflib.get_close_matches(key, known, n=1, cutoff=0.7)
    return f"; did you mean {name_of(close[0])}?" if close else ""


def _text(path: Path, key: str, value: object) -> str:
    match value:
        case bool():
            return "on" if value else "off"
        case str() | int() | float():
            return str(value)
        case list() if all(isinstance(part, str) for part in value):
            return ",".join(value)
    raise SettingsRefused([f"{key} in {path} is no text, number, switch or list of texts"])
