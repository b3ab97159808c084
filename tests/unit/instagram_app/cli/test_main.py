"""What every command has in common: help, exit codes, one sentence on failure."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.instagram_app.cli.running import command, environment, run_program

COMMANDS = [
    ("serve",),
    ("worker",),
    ("demo",),
    ("doctor",),
    ("migrate",),
    ("config",),
    ("openapi",),
    *[("admin", one) for one in ("create", "promote", "suspend", "unsuspend", "reset-password")],
    *[("repair", one) for one in ("counters", "media")],
    *[("jobs", one) for one in ("list", "retry", "discard")],
]
RATES = "attempts/seconds, such as 30/3600"
NOT_SHARED = (
    "and memory (INSTAGRAM_ADAPTER_TIMELINES and INSTAGRAM_ADAPTER_LIMITS) is not shared between "
    "them; set INSTAGRAM_VALKEY_URL"
)


@pytest.mark.parametrize("words", [(), ("admin",), ("repair",), ("jobs",), *COMMANDS])
def test_every_command_explains_itself(
    tmp_path: Path, words: tuple[str, ...], record_property: Callable[[str, object], None]
) -> None:
    """The time is told, not judged: machines differ."""
    begun = time.perf_counter()
    result = run_program(tmp_path, *words, "--help")
    milliseconds = round((time.perf_counter() - begun) * 1000)

    sys.stdout.write(f"{' '.join(words)} --help: {milliseconds} ms\n")
    record_property("milliseconds", milliseconds)
    assert (result.returncode, result.stderr) == (0, "")
    assert " ".join(["Usage: instagram", *words]) in result.stdout


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    """Commands import the app when they run: that is what keeps help quick."""
    result = run_program(tmp_path, "serve", "--help", settings={"PYTHONPROFILEIMPORTTIME": "1"})

    imported = {line.rpartition("|")[2].strip() for line in result.stderr.splitlines()}
    assert "cyclopts" in imported
    heavy = {"sanic", "structlog", "dependency_injector", "msgspec", "psycopg", "asyncio"}
    assert imported & heavy == set()
    assert [name for name in imported if name.startswith("instagram_core")] == []


def test_the_version_is_printed(tmp_path: Path) -> None:
    """Alone."""
    result = run_program(tmp_path, "--version")

    assert result.returncode == 0
    assert len(result.stdout.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nonsense",), "nonsense"),
        (("serve", "--port", "x"), "--port"),
        (("serve", "--nonsense"), "--nonsense"),
        (("serve", "--port", "65536"), "--port is 65536; it has to be from 0 to 65535"),
        (("serve", "--port", "-1"), "--port is -1; it has to be from 0 to 65535"),
        (("serve", "--processes", "0"), "--processes is 0; it has to be 1 or more"),
        (("jobs", "list", "--limit", "0"), "--limit is 0; it has to be 1 or more"),
        (("admin", "create", "ada"), "--email"),
        (("admin", "promote", "ada", "--role", "king"), "--role"),
        (("worker", "--queues", "media,nonsense"), "there is no queue 'nonsense'"),
        (("worker", "--concurrency", "0"), "--concurrency is 0"),
        (("jobs", "retry"), "name the jobs, or say --failed"),
        (("jobs", "discard", "01890a5d-ac96-774b-bcce-b302099a8057", "--failed"), "name the jobs"),
        (("jobs", "retry", "7"), "an id looks like"),
        (("demo", "--users", "0"), "--users is 0; it may be 1 to 2000"),
    ],
)
def test_wrong_use_is_a_sentence_and_exit_code_two(
    tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    """Nothing on standard output, no traceback, nothing made."""
    result = run_program(tmp_path, *words)

    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("instagram: ")
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "settings", "sentence"),
    [
        (
            ("serve",),
            {"INSTAGRAM_LIMIT_POST": "many"},
            f"INSTAGRAM_LIMIT_POST is 'many' (environment); allowed: {RATES}",
        ),
        (
            ("serve",),
            {"INSTAGRAM_DATABASE": "x"},
            "INSTAGRAM_DATABASE is no setting; did you mean INSTAGRAM_DATABASE_URL?",
        ),
        (
            ("serve",),
            {"INSTAGRAM_S3_ENDPOINT": "http://h", "INSTAGRAM_ADAPTER_RELATIONAL": "memory"},
            "media in S3 needs INSTAGRAM_S3_ACCESS_KEY",
        ),
        (
            ("serve", "--processes", "2"),
            {},
            f"--processes 2 makes several processes, {NOT_SHARED}",
        ),
        (
            ("worker",),
            {},
            f"`instagram worker` makes several processes, {NOT_SHARED}",
        ),
        (("serve", "--config", "no.toml"), {}, "the configuration no.toml does not exist"),
        (("demo", "--photos", "nowhere"), {}, "nowhere is no directory"),
        (
            ("admin", "create", "ada", "--email", "a@example.org"),
            {},
            "a password is needed: give it as the first line of standard input",
        ),
    ],
)
def test_a_failure_is_a_sentence_and_exit_code_one(
    tmp_path: Path, words: tuple[str, ...], settings: dict[str, str], sentence: str
) -> None:
    """The whole sentence, and nothing beside it."""
    result = run_program(tmp_path, *words, settings=settings)

    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == f"instagram: {sentence}\n"


@pytest.mark.parametrize("command_name", ["serve", "migrate"])
def test_an_address_that_cannot_be_read_is_named_and_not_shown(
    tmp_path: Path, command_name: str
) -> None:
    """What the library says of it would quote the password."""
    address = {"INSTAGRAM_DATABASE_URL": "postgresql://u:se%zzcret@127.0.0.1:1/none"}
    result = run_program(tmp_path, command_name, settings=address)

    assert result.returncode == 1
    assert result.stderr.startswith("instagram: INSTAGRAM_DATABASE_URL is no address that")
    assert "cret" not in result.stderr


def test_migrating_what_is_away_names_the_setting(tmp_path: Path) -> None:
    """Whoever reads it knows what to correct."""
    address = {"INSTAGRAM_DATABASE_URL": "postgresql://127.0.0.1:1/none"}
    result = run_program(tmp_path, "migrate", "--plan", settings=address)

    assert result.returncode == 1
    assert result.stderr.startswith("instagram: INSTAGRAM_DATABASE_URL: connection failed")


@pytest.mark.parametrize("library", ["cyclopts", "sanic", "psycopg", "pyvips"])
def test_a_library_that_is_not_installed_is_named(tmp_path: Path, library: str) -> None:
    """Whoever installed the core alone is told what is missing, and how to get it."""
    hidden = tmp_path / "hidden" / "sitecustomize.py"  # which every interpreter imports first
    hidden.parent.mkdir()
    hidden.write_text(f"import sys; sys.modules[{library!r}] = None")
    path = os.pathsep.join((str(hidden.parent), os.environ.get("PYTHONPATH", "")))
    result = subprocess.run(
        command("serve", "--port", "0"),
        env=environment(tmp_path, {"PYTHONPATH": path}),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert (result.returncode, result.stdout) == (1, "")
    assert f"the library {library} is not installed; pip install" in result.stderr


def test_debug_shows_where_a_failure_comes_from(tmp_path: Path) -> None:
    """For whoever has to find it."""
    result = run_program(tmp_path, "serve", "--config", "no.toml", "--debug")

    assert result.returncode == 1
    assert "Traceback" in result.stderr


def test_nobody_reading_the_output_is_no_failure(tmp_path: Path) -> None:
    """`instagram config | true` ends quietly."""
    reader, writer = os.pipe()
    os.close(reader)
    result = subprocess.run(
        command("config"),
        env=environment(tmp_path),
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writer)

    assert (result.returncode, result.stderr) == (0, "")
