"""Turns what operators wrote into the settings in force."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from instagram_app.settings.consistency import problems_of
from instagram_app.settings.errors import SettingsRefused
from instagram_app.settings.row import Row
from instagram_app.settings.sources import (
    CONFIG_NAME,
    Given,
    from_command_line,
    from_environment,
    from_toml,
)
from instagram_app.settings.table import ROWS, Settings


def load_settings(
    environ: Mapping[str, str],
    *,
    options: Mapping[str, str | None] | None = None,
    config: Path | None = None,
) -> Settings:
    """Give the settings: command line over environment over TOML file over default.

    `options` are those of the command line by field. Without `config` the file `instagram.toml` of
    the data directory is read if it is there. SettingsRefused names everything that is wrong.
    """
    given = from_environment(environ) | from_command_line(options or {})
    if config is None:
        written = from_toml(_parsed(_only(given, "data")).data / CONFIG_NAME, is_required=False)
        if "data" in written:
            raise SettingsRefused(
                [f"data in {written['data'].source} would move the file itself; set INSTAGRAM_DATA"]
            )
    else:
        written = from_toml(config, is_required=True)
    settings = _parsed(written | given)
    if problems := problems_of(settings):
        raise SettingsRefused(problems)
    return settings


def _only(given: Mapping[str, Given], field: str) -> dict[str, Given]:
    return {key: value for key, value in given.items() if key == field}


def _parsed(given: Mapping[str, Given]) -> Settings:
    values: dict[str, Any] = {}
    problems: list[str] = []
    for row in ROWS:
        if (written := given.get(row.field)) is None:
            continue
        try:
            values[row.field] = row.kind.read(written.text)
        except (ValueError, RuntimeError):  # RuntimeError: `~` of a user without a home
            problems.append(_refusal(row, written))
    if problems:
        raise SettingsRefused(problems)
    return Settings(**values, origins={field: one.source for field, one in given.items()})


def _refusal(row: Row, written: Given) -> str:
    shown = row.kind.mask(written.text) if row.is_secret else written.text
    return f"{row.name} is {shown!r} ({written.source}); allowed: {row.kind.allowed}"
