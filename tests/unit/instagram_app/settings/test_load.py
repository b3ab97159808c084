"""Where values come from, and which source wins."""

from pathlib import Path

import pytest

from instagram_app.settings.errors import SettingsRefused
from instagram_app.settings.load import load_settings
from instagram_app.settings.values import Family, LogLevel, Rate


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """Give an environment whose data directory is empty."""
    return {"INSTAGRAM_DATA": str(tmp_path)}


def refusal(environ: dict[str, str]) -> str:
    """Give the words with which an environment is refused."""
    with pytest.raises(SettingsRefused) as refused:
        load_settings(environ)
    return str(refused.value)


def test_nothing_set_gives_the_embedded_profile() -> None:
    """One command on a laptop needs no settings."""
    settings = load_settings({"HOME": "/nowhere"})

    assert settings.data.name == "instagram"
    assert settings.adapter(Family.RELATIONAL) == "postgres"
    assert settings.adapter(Family.JOBS) == "postgres"
    assert settings.adapter(Family.MEDIA) == "filesystem"
    assert settings.adapter(Family.TIMELINES) == "memory"
    assert settings.adapter(Family.IMAGES) == "vips"
    assert settings.limit_follow == Rate(30, 3600)
    assert settings.source("limit_follow") == "default"


def test_command_line_wins_over_environment_over_file_over_default(tmp_path: Path) -> None:
    """Four sources, one order; each value remembers its own."""
    config = tmp_path / "mine.toml"
    config.write_text('data = "/from/file"\nstory_seconds = 1\nupload_bytes = 2\n')

    settings = load_settings(
        {"INSTAGRAM_DATA": "/from/environment", "INSTAGRAM_STORY_SECONDS": "3"},
        options={"data": "/from/options"},
        config=config,
    )

    assert (str(settings.data), settings.source("data")) == ("/from/options", "command line")
    assert (settings.story_seconds, settings.source("story_seconds")) == (3, "environment")
    assert (settings.upload_bytes, settings.source("upload_bytes")) == (2, str(config))
    assert (settings.upload_pixels, settings.source("upload_pixels")) == (50_000_000, "default")


def test_an_option_that_was_not_used_changes_nothing(environ: dict[str, str]) -> None:
    """None on the command line is no value."""
    settings = load_settings(environ, options={"data": None})

    assert settings.source("data") == "environment"


def test_the_file_of_the_data_directory_is_read(tmp_path: Path, environ: dict[str, str]) -> None:
    """Without --config there is one place for settings."""
    (tmp_path / "instagram.toml").write_text(
        'log_level = "debug"\nlimits = false\ntrusted_proxies = ["10.0.0.0/8", "::1"]\n'
    )

    settings = load_settings(environ)

    assert settings.log_level is LogLevel.DEBUG
    assert settings.limits is False
    assert [str(network) for network in settings.trusted_proxies] == ["10.0.0.0/8", "::1/128"]


def test_the_file_of_the_data_directory_cannot_move_it(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    """It was found there."""
    (tmp_path / "instagram.toml").write_text('data = "/elsewhere"\n')

    assert "would move the file itself; set INSTAGRAM_DATA" in refusal(environ)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("x", "is not TOML"),
        ('datta = "/x"', "datta in .* is no setting; did you mean data in"),
        ("[limit]\nfollow = 1", "limit in .* is no text, number"),
        ("story_seconds = {}", "story_seconds in .* is no text, number, switch or list of texts"),
        ("story_seconds = 0", "INSTAGRAM_STORY_SECONDS is '0' .*mine.toml.*; allowed: a whole"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused(tmp_path: Path, content: str, message: str) -> None:
    """The message says where to look."""
    config = tmp_path / "mine.toml"
    config.write_text(content)

    with pytest.raises(SettingsRefused, match=message):
        load_settings({}, config=config)


def test_a_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    """A typo in --config must not mean defaults."""
    with pytest.raises(SettingsRefused, match="does not exist"):
        load_settings({}, config=tmp_path / "mine.toml")


def test_a_secret_is_read_from_a_file_without_its_line_end(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    """The usual way to hand secrets to containers."""
    (tmp_path / "key").write_text("0123456789abcdef\n")

    settings = load_settings(environ | {"INSTAGRAM_SECRET_KEY_FILE": str(tmp_path / "key")})

    assert settings.secret_key == "0123456789abcdef"
    assert settings.source("secret_key") == f"environment, file {tmp_path / 'key'}"


def test_a_secret_given_twice_is_refused(environ: dict[str, str]) -> None:
    """Nobody could tell which one is in force."""
    twice = {"INSTAGRAM_SECRET_KEY": "0123456789abcdef", "INSTAGRAM_SECRET_KEY_FILE": "/key"}

    assert refusal(environ | twice) == (
        "INSTAGRAM_SECRET_KEY and INSTAGRAM_SECRET_KEY_FILE are both set; one may be"
    )


def test_a_secret_file_that_is_not_there_is_refused(environ: dict[str, str]) -> None:
    """Starting without the secret would be worse."""
    words = refusal(environ | {"INSTAGRAM_SECRET_KEY_FILE": "/no/key"})

    assert "INSTAGRAM_SECRET_KEY_FILE is '/no/key', which cannot be read" in words


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("INSTAGRAM_DATABASEURL", "; did you mean INSTAGRAM_DATABASE_URL?"),
        ("INSTAGRAM_LIMIT_FOLOW", "; did you mean INSTAGRAM_LIMIT_FOLLOW?"),
        ("INSTAGRAM_QQQ", ""),
        ("INSTAGRAM_DATA_FILE", ""),
        ("INSTAGRAM_", ""),
    ],
)
def test_an_unknown_name_is_refused(environ: dict[str, str], name: str, suggestion: str) -> None:
    """A typo would otherwise be a setting that silently does nothing."""
    assert refusal(environ | {name: "1"}) == f"{name} is no setting{suggestion}"


def test_names_of_tools_are_free(environ: dict[str, str]) -> None:
    """Tests and benchmarks have variables of their own."""
    free = {"INSTAGRAM_TEST_DATABASE_URL": "x", "INSTAGRAM_BENCH_SECONDS": "x", "OTHER": "x"}

    assert load_settings(environ | free) == load_settings(environ)


def test_everything_that_is_wrong_is_told_at_once(environ: dict[str, str]) -> None:
    """One start, one list."""
    words = refusal(environ | {"INSTAGRAM_LIMITS": "yes", "INSTAGRAM_LOG_LEVEL": "loud"})

    assert words.splitlines() == [
        "INSTAGRAM_LIMITS is 'yes' (environment); allowed: on or off",
        "INSTAGRAM_LOG_LEVEL is 'loud' (environment); allowed: debug, info, warning or error",
    ]


def test_a_refusal_shows_no_secret(environ: dict[str, str]) -> None:
    """Messages end up in logs."""
    words = refusal(
        environ
        | {
            "INSTAGRAM_SECRET_KEY": "short",
            "INSTAGRAM_DATABASE_URL": "mysql://me:hunter2@db/x?password=hunter2",
        }
    )

    assert "hunter2" not in words
    assert "short" not in words
    assert "INSTAGRAM_DATABASE_URL is 'mysql://me:***@db/x?password=***'" in words
