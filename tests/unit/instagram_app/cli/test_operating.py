"""Operators' commands, one after the other on one embedded database."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from instagram_app.cli.commands import run
from tests.unit.instagram_app.cli.running import run_program

Command = Callable[..., str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a home with a database in which boss is."""
    folder = tmp_path_factory.mktemp("home")
    made = run_program(
        folder, "admin", "create", "boss", "--email", "boss@example.org", typed="long enough\n"
    )
    assert (made.returncode, made.stderr) == (0, "")
    assert made.stdout == "boss is there, with the role admin\n"
    return folder


@pytest.fixture
def instagram(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Give a way to run a command on that home: it gives what was printed."""
    monkeypatch.setenv("INSTAGRAM_DATA", str(folder / "data"))

    def command(*words: str, code: int = 0) -> str:
        assert code == run(words)
        captured = capsys.readouterr()
        assert captured.err == "" or code != 0
        return captured.out if code == 0 else captured.err

    return command


def test_an_account_is_suspended_and_comes_back(instagram: Command) -> None:
    """By name or by address, whatever the case."""
    assert instagram("admin", "suspend", "BOSS") == "BOSS is suspended\n"
    assert instagram("admin", "unsuspend", "boss@example.org") == (
        "boss@example.org takes part again\n"
    )


def test_a_role_is_given(instagram: Command) -> None:
    """The administrator's unless another one is named."""
    assert instagram("admin", "promote", "boss", "--role", "verified") == (
        "boss has the role verified\n"
    )
    assert instagram("admin", "promote", "boss") == "boss has the role admin\n"


def test_a_password_is_set(folder: Path) -> None:
    """It comes from standard input, never from the command line."""
    result = run_program(folder, "admin", "reset-password", "boss", typed="even longer\n")

    assert (result.returncode, result.stdout) == (
        0,
        "boss has a new password; all sessions ended\n",
    )


@pytest.mark.parametrize(
    ("words", "typed", "sentence"),
    [
        (("promote", "nobody"), "", "there is no account 'nobody'"),
        (("create", "boss", "--email", "x@example.org"), "long enough", "has, or had, this name"),
        (("create", "x", "--email", "x@example.org"), "long enough", "username: "),
        (("reset-password", "boss"), "short", "password: "),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    folder: Path, words: tuple[str, ...], typed: str, sentence: str
) -> None:
    """In the words of the domain."""
    result = run_program(folder, "admin", *words, typed=typed)

    assert (result.returncode, result.stdout) == (1, "")
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr


def test_migrations_are_shown_and_applied(instagram: Command) -> None:
    """The embedded database is up to date whenever it was opened."""
    assert instagram("migrate", "--plan") == "all is up to date\n"
    assert instagram("migrate") == "all is up to date\n"


def test_jobs_are_listed(instagram: Command) -> None:
    """No worker runs here, so the event of the registration waits, the oldest of them all."""
    newest, *_, oldest = instagram("jobs", "list").splitlines()
    assert oldest.split()[2:] == ["default", "registered", "0"]
    shown = instagram("jobs", "list", "--limit", "1").splitlines()
    assert shown == [newest, "and more; --limit shows more than 1"]
    assert instagram("jobs", "list", "--failed") == "no failed jobs\n"
    assert instagram("jobs", "retry", "--failed") == "0 put back\n"
    assert instagram("jobs", "discard", "01890a5d-ac96-774b-bcce-b302099a8057") == "0 discarded\n"


def test_nothing_needs_repair(instagram: Command) -> None:
    """Counters and files."""
    assert instagram("repair", "counters") == "all counters are right\n"
    assert instagram("repair", "counters", "--dry-run") == "all counters are right\n"
    assert instagram("repair", "media", "--dry-run") == "no orphans: all is well\n"


def test_the_doctor_finds_all_well(instagram: Command) -> None:
    """A line for each check, and the same for programs."""
    subjects = [line.split()[1] for line in instagram("doctor").splitlines()]
    checks = json.loads(instagram("doctor", "--json"))

    assert {"settings", "data", "database", "migrations", "clock", "images"} <= set(subjects)
    assert [check["subject"].split()[0] for check in checks] == subjects
    assert {check["state"] for check in checks} <= {"ok", "warning"}


def test_the_doctor_says_what_failed_and_what_to_do(
    instagram: Command,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit code 1, and all other checks are still made."""
    monkeypatch.setenv("INSTAGRAM_DATABASE_URL", "postgresql://127.0.0.1:1/none")
    (folder / "data" / "secret.key").chmod(0o644)

    assert run(["doctor", "--json"]) == 1

    found = {check["subject"]: check for check in json.loads(capsys.readouterr().out)}
    assert found["database"]["state"] == "failed"
    assert found["database"]["advice"] == "start the server, or correct INSTAGRAM_DATABASE_URL"
    assert found["secret key"]["advice"] == f"chmod 600 {folder / 'data' / 'secret.key'}"
    assert found["images"]["state"] == "ok"


def test_the_doctor_reports_settings_that_make_no_sense(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is where people look when nothing starts."""
    monkeypatch.setenv("INSTAGRAM_LIMITS", "maybe")

    assert run(["doctor"]) == 1

    assert capsys.readouterr().out.startswith("failed   settings  INSTAGRAM_LIMITS is 'maybe'")


def test_the_doctor_finds_factories_that_are_not_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The app would not start with them."""
    monkeypatch.setenv("INSTAGRAM_ADAPTER_MEDIA", "no.such:thing")

    assert run(["doctor"]) == 1

    assert "INSTAGRAM_ADAPTER_MEDIA is 'no.such:thing', which cannot" in capsys.readouterr().out
