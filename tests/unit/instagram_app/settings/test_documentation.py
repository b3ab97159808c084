"""The page for operators shows the settings as they are declared."""

from pathlib import Path

from instagram_app.settings.row import Row
from instagram_app.settings.table import ROWS

PAGE = Path(__file__).parents[4] / "docs" / "operating.md"


def line(row: Row) -> str:
    """Give the line of a setting."""
    mark = " *" if row.is_secret else ""
    allowed = row.kind.allowed.replace("|", "\\|")
    return f"| `{row.name}`{mark} | {row.default_text} | {row.meaning} | {allowed} |"


def test_the_table_of_settings_is_the_declared_one() -> None:
    """Line by line, in the order of the declaration."""
    shown = [text for text in PAGE.read_text().splitlines() if text.startswith("| `INSTAGRAM_")]

    assert [line(row) for row in ROWS] == shown
