"""Defaults that depend on where the program runs."""

import sys
from pathlib import Path

import pytest

from instagram_app.settings.errors import SettingsRefused
from instagram_app.settings.load import load_settings
from instagram_app.settings.table import Settings
from instagram_app.settings.values import LogFormat


def test_data_lies_where_the_platform_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """On Linux as XDG says, on macOS as Apple does."""
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert Settings().data == Path("/home/ada/.local/share/instagram")

    monkeypatch.setenv("XDG_DATA_HOME", "/home/ada/data")
    assert Settings().data == Path("/home/ada/data/instagram")

    monkeypatch.setattr(sys, "platform", "darwin")
    assert Settings().data == Path("/home/ada/Library/Application Support/instagram")


@pytest.mark.parametrize(("is_terminal", "form"), [(True, "console"), (False, "json")])
def test_the_log_is_for_whoever_reads_it(
    monkeypatch: pytest.MonkeyPatch, *, is_terminal: bool, form: str
) -> None:
    """People at a terminal, programs elsewhere."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal, raising=False)

    assert Settings().log_format is LogFormat(form)


def test_the_home_of_somebody_who_is_not_there_is_refused() -> None:
    """A sentence, no traceback."""
    with pytest.raises(SettingsRefused, match=r"INSTAGRAM_DATA is '~nobody\.at\.all/x'"):
        load_settings({"INSTAGRAM_DATA": "~nobody.at.all/x"})
