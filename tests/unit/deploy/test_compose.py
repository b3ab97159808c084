"""The compose file says what the app understands."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from instagram_app.settings.consistency import problems_of_several_processes, uses_data_directory
from instagram_app.settings.load import load_settings
from instagram_app.settings.table import Settings
from instagram_app.settings.values import Family
from tests.unit.instagram_app.cli.running import run_program

DEPLOY = Path(__file__).parents[3] / "deploy"
ENDING = {"migrate"}
"""Services that do something and end."""


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """Give the file."""
    return dict(yaml.safe_load((DEPLOY / "compose.yaml").read_text()))


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """Give the secrets that the script makes."""
    script = shutil.copy(DEPLOY / "make-secrets.sh", tmp_path)
    subprocess.run(["sh", script], check=True)
    return tmp_path / "secrets"


def settings_of(compose: dict[str, Any], service: str, secrets: Path) -> Settings:
    """Give the settings that a service starts with."""
    environ = {
        name: re.sub(r"\$\{\w+:-(.*)\}", r"\1", text).replace("/run/secrets", str(secrets))
        for name, text in compose["services"][service]["environment"].items()
    }
    return load_settings(environ)


@pytest.mark.parametrize("service", ["serve", "worker", "migrate"])
def test_the_settings_are_the_apps_own_and_name_every_server(
    compose: dict[str, Any], secrets: Path, service: str
) -> None:
    """The profile is the full one: nothing is kept in a container of the app."""
    settings = settings_of(compose, service, secrets)

    assert {
        family: settings.adapter(family)
        for family in Family
        if family not in {Family.IMAGES, Family.RELATIONAL}
    } == {
        Family.MESSAGES: "cassandra",
        Family.TIMELINES: "valkey",
        Family.LIMITS: "valkey",
        Family.REALTIME: "valkey",
        Family.MEDIA: "s3",
        Family.JOBS: "amqp",
    }
    assert settings.database_url is not None
    assert not uses_data_directory(settings)
    assert problems_of_several_processes(settings, "this") == ()


def test_every_service_tells_how_it_is(compose: dict[str, Any]) -> None:
    """All but those that end."""
    services = compose["services"]
    silent = {
        name for name, each in services.items() if not each.get("healthcheck", {}).get("test")
    }

    assert silent == ENDING
    assert all(services[name]["restart"] == "always" for name in services.keys() - ENDING)


def test_nobody_starts_before_what_it_waits_for(compose: dict[str, Any]) -> None:
    """The app after the migration, the migration after all servers, each of them healthy."""
    services = compose["services"]
    waits = {name: set(each.get("depends_on", ())) for name, each in services.items()}

    assert waits["serve"] == waits["worker"] == {"migrate"}
    assert waits["migrate"] == services.keys() - {"migrate", "serve", "worker", "nginx"}
    assert services["nginx"]["depends_on"]["serve"] == {"condition": "service_healthy"}


def test_every_secret_is_made_and_every_volume_declared(
    compose: dict[str, Any], secrets: Path
) -> None:
    """Nothing is named that is not there, and nothing is there that nobody names."""
    services = compose["services"].values()
    used = {secret for each in services for secret in each.get("secrets", ())}
    volumes = {
        volume.partition(":")[0] for each in services for volume in each.get("volumes", ())
    } - {"./nginx.conf"}

    assert used == compose["secrets"].keys() == {path.name for path in secrets.iterdir()}
    assert volumes == compose["volumes"].keys()
    assert all((secrets / name).read_text().strip() for name in used)


def test_secrets_that_are_there_stay(secrets: Path) -> None:
    """Making them again changes nothing."""
    before = {path.name: path.read_text() for path in secrets.iterdir()}
    subprocess.run(["sh", secrets.parent / "make-secrets.sh"], check=True)

    assert {path.name: path.read_text() for path in secrets.iterdir()} == before
    assert len({before[name] for name in ("secret_key", "s3_secret_key", "amqp_password")}) == 3


@pytest.mark.parametrize("service", ["serve", "worker", "migrate"])
def test_the_commands_are_the_apps_own(
    tmp_path: Path, compose: dict[str, Any], service: str
) -> None:
    """Every option that is used is in the command's help."""
    command, *words = compose["services"][service]["command"]
    options = [word for word in words if word.startswith("--")]
    told = run_program(tmp_path, command, "--help").stdout

    assert [option for option in options if option not in told] == []
    assert command in told


def test_the_image_has_all_adapters() -> None:
    """By an extra that there is."""
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    pyproject = (DEPLOY.parent / "pyproject.toml").read_text()

    for extra in re.findall(r"pip install .*\[(\w+)\]", dockerfile) or ["none at all"]:
        assert re.search(rf"^{extra} = ", pyproject, re.MULTILINE)
