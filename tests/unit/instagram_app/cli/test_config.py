"""`instagram config` shows what is in force, where it came from, and no secret."""

import json
from pathlib import Path

from instagram_app.settings.effective import effective
from instagram_app.settings.load import load_settings
from tests.unit.instagram_app.cli.running import run_program


def test_every_setting_is_shown_with_its_source(tmp_path: Path) -> None:
    """The file, the environment, the command line and the defaults."""
    config = tmp_path / "mine.toml"
    config.write_text('story_seconds = 7\nadapter_jobs = "postgres"\n')

    result = run_program(
        tmp_path,
        "config",
        "--config",
        str(config),
        "--data",
        "/srv/photos",
        settings={"INSTAGRAM_LIMITS": "off"},
    )

    shown = {line.split()[0]: line.split(maxsplit=1)[1] for line in result.stdout.splitlines()}
    assert shown["INSTAGRAM_DATA"].split(maxsplit=1) == ["/srv/photos", "command line"]
    assert shown["INSTAGRAM_LIMITS"].split() == ["off", "environment"]
    assert shown["INSTAGRAM_STORY_SECONDS"].split() == ["7", str(config)]
    assert shown["INSTAGRAM_UPLOAD_BYTES"].split() == ["10485760", "default"]
    assert shown["INSTAGRAM_DATABASE_URL"].endswith("default")


def test_secrets_are_masked() -> None:
    """Passwords inside of addresses too."""
    settings = load_settings(
        {
            "INSTAGRAM_DATA": "/srv",
            "INSTAGRAM_SECRET_KEY": "0123456789abcdef",
            "INSTAGRAM_DATABASE_URL": "postgresql://me:hunter2@db/x",
        }
    )

    shown = {line.name: line.value for line in effective(settings)}

    assert shown["INSTAGRAM_SECRET_KEY"] == "***"
    assert shown["INSTAGRAM_DATABASE_URL"] == "postgresql://me:***@db/x"


def test_adapters_are_shown_as_they_follow_from_addresses() -> None:
    """Nobody has to know the rules by heart."""
    settings = load_settings({"INSTAGRAM_DATA": "/srv", "INSTAGRAM_VALKEY_URL": "valkey://h"})

    shown = {line.name: line.value for line in effective(settings)}

    assert shown["INSTAGRAM_ADAPTER_LIMITS"] == "valkey"
    assert shown["INSTAGRAM_ADAPTER_MEDIA"] == "filesystem"


def test_the_openapi_document_is_printed_without_starting_anything(tmp_path: Path) -> None:
    """For generators of clients."""
    result = run_program(tmp_path, "openapi")

    assert (result.returncode, result.stderr) == (0, "")
    assert json.loads(result.stdout)["openapi"] == "3.1.0"
    assert list(tmp_path.iterdir()) == []
