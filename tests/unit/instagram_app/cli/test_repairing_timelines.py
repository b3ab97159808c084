"""`instagram repair timelines`, on an embedded database and a Valkey server."""

import asyncio
import os
import pty
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from instagram_app.cli.commands import run
from instagram_app.container.opening import open_application
from instagram_app.settings.load import load_settings
from instagram_core.accounts.model import UserId
from instagram_core.feed.service import Comparing
from instagram_core.kernel.clock import SystemClock, to_milliseconds
from instagram_core.testing.clocks import ManualClock
from tests.servers.valkey import private_valkey
from tests.unit.instagram_app.cli.running import command, environment
from tests.unit.instagram_core.feed.spoiling import Kept, no_pause

Command = Callable[..., str]
COMPARED = "compared: timelines 2, lists of authors 1"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Give settings of a home with a database, and of a server of its own."""
    server, url = private_valkey()
    data = tmp_path_factory.mktemp("home") / "data"
    yield {
        "INSTAGRAM_DATA": str(data),
        "INSTAGRAM_VALKEY_URL": url,
        "INSTAGRAM_TIMEOUT_VALKEY": "5",
    }
    server.close()


@pytest.fixture
def instagram(
    settings: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Give a way to run the command there: it gives what was printed."""
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(Comparing, "PAUSE_SECONDS", 0)

    def command(*words: str, code: int = 0) -> str:
        assert code == run(("repair", "timelines", *words))
        captured = capsys.readouterr()
        return captured.out if code == 0 else captured.err

    return command


def arranged(settings: dict[str, str]) -> tuple[UserId, list[str]]:
    """Give a reader who lacks two posts in a fresh timeline, and lines about each of them.

    Their author is pulled, and not asked for; the author's list lacks a post too, and another
    reader lacks nothing.
    """

    async def arrange() -> tuple[UserId, list[str]]:
        async with open_application(load_settings(settings), is_alone=False) as application:
            clock = ManualClock(SystemClock().now())
            stores, family = application.timelines, application.relational
            kept = Kept(family, stores, clock, application.ids, 500, no_pause)
            author = await kept.scene.user()
            reader, other = await kept.follower(author), await kept.follower(author)
            posts = await kept.posts(author, 3)
            assert posts[0].position.at <= to_milliseconds(SystemClock().now())
            await kept.cross(author)
            await kept.build(reader, without=posts[:2], unasked=[author])
            await kept.build(other)
            await kept.fill(author, without=posts[1:2])
            lines = [
                *(f"timeline {reader}  lacks post {e.post_id} of {author}" for e in posts[:2]),
                f"timeline {reader}  does not ask for {author}, who is pulled",
                f"list {author}  lacks post {posts[1].post_id}",
            ]
            return reader, lines

    return asyncio.run(arrange())


def test_every_difference_is_told_and_mended(instagram: Command, settings: dict[str, str]) -> None:
    """Not by a dry run; afterwards nothing is left to tell."""
    _, lines = arranged(settings)
    told = "\n".join(lines) + "\n"

    for _ in range(2):
        found = instagram("--dry-run")
        assert found == f"{told}{COMPARED}\n2 timelines and lists to mend\n"
    assert instagram() == f"{told}{COMPARED}\n2 timelines and lists mended\n"
    assert instagram() == (
        "compared: timelines 1, lists of authors 1\nall timelines and lists are right\n"
    )


def test_on_a_terminal_a_bar_is_shown_and_differences_stay_in_the_file(
    settings: dict[str, str], tmp_path: Path
) -> None:
    """What is printed goes where standard output goes."""
    _, lines = arranged(settings)
    terminal, ours = pty.openpty()
    shown: list[bytes] = []

    def read() -> None:
        try:
            while data := os.read(terminal, 4096):
                shown.append(data)
        except OSError:
            pass  # nobody writes any more

    reading = threading.Thread(target=read)
    reading.start()
    done = subprocess.run(
        command("repair", "timelines"),
        env=environment(tmp_path, settings) | {"TERM": "xterm"},
        stdout=subprocess.PIPE,
        stderr=ours,
        text=True,
        timeout=60,
        check=True,
    )
    os.close(ours)
    reading.join()
    os.close(terminal)

    assert done.stdout.splitlines()[:4] == lines
    assert "accounts" in b"".join(shown).decode()
    assert "lacks" not in b"".join(shown).decode()


def test_a_server_that_is_away_is_told_in_a_sentence(
    instagram: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is taken for missing."""
    monkeypatch.setenv("INSTAGRAM_VALKEY_URL", "valkey://127.0.0.1:1")

    told = instagram(code=1)

    assert "Traceback" not in told
    assert "127.0.0.1:1" in told


def test_timelines_in_memory_cannot_be_seen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A command is another process; it says so, opens nothing and ends well."""
    monkeypatch.setenv("INSTAGRAM_DATA", str(tmp_path / "data"))

    assert run(("repair", "timelines")) == 0

    assert capsys.readouterr().out == (
        "timelines are in the memory of the serving process, where this command cannot see them;"
        " restarting it makes them anew\n"
    )
    assert not (tmp_path / "data").exists()
