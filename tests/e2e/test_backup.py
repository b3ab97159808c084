"""A copy made while the app works is the whole of it: restored elsewhere, nothing is missing."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.people import Person, register, small_photo
from tests.e2e.running import instagram, running
from tests.e2e.supervised import address_of
from tests.servers.postgres import wheel_databases, wheel_programs

DEPLOY = Path(__file__).parents[2] / "deploy"
FIRST, MOST = 3, 20

pytestmark = pytest.mark.embedded


@pytest.mark.parametrize("is_embedded", [True, False], ids=["embedded", "server"])
def test_what_is_restored_elsewhere_is_whole(folder: Path, *, is_embedded: bool) -> None:
    """Under load: each post of the copy has its pictures, and counters are right."""
    first, second = ({} if is_embedded else {"database_url": a_database()} for _ in range(2))
    copy, elsewhere = folder.parent / "copy", folder.parent / "elsewhere"
    if first:
        assert instagram("migrate", folder=folder, **first).returncode == 0
    with running(folder, limits="off", **first) as app:
        ada, fan = register(app), register(app)
        fan.follow(ada)
        kept = [ada.share() for _ in range(FIRST)]
        with sharing(ada, fan) as shared:
            script("backup.sh", folder, copy, first)
        assert len(shared) > 0
    script("restore.sh", elsewhere, copy, second)

    with running(elsewhere, limits="off", **second) as again:
        ada, fan = ada.on(again), fan.on(again)
        posts = [post["id"] for post in ada.feed()]
        for post in posts:
            assert ada.settled(post)["status"] == "published"
        assert set(kept) <= set(posts) <= set(kept) | set(shared)
        for post in fan.feed():
            assert fan.http.get(post["large_url"]).status_code == 200
        new = fan.share()
        assert fan.settled(new)["status"] == "published"
        repaired = [
            instagram("repair", what, folder=elsewhere, **second).stdout
            for what in ("counters", "media")
        ]
    assert repaired == ["all counters are right\n", "no orphans: all is well\n"]


@contextmanager
def sharing(author: Person, fan: Person) -> Iterator[list[str]]:
    """Share and like all the while; give the posts that were accepted."""
    accepted, is_over = list[str](), threading.Event()

    def keep_sharing() -> None:
        while not is_over.is_set() and len(accepted) < MOST:
            answer = author.upload(small_photo((len(accepted), 0, 0)))
            assert answer.status_code == 202
            accepted.append(answer.json()["post_id"])
            fan.http.post(f"/api/v1/posts/{accepted[0]}/like")

    thread = threading.Thread(target=keep_sharing)
    thread.start()
    try:
        yield accepted
    finally:
        is_over.set()
        thread.join()


def a_database() -> str:
    """Give the address of an empty database on a server."""
    return address_of(asyncio.run(wheel_databases().fresh(migrated=False)))


def script(name: str, data: Path, copy: Path, settings: dict[str, str]) -> None:
    """Run a script of those that operators get."""
    program = data.parent / "instagram"
    if not program.exists():
        words = "import sys; from instagram_app.cli.main import main; sys.exit(main())"
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{words}" "$@"\n')
        program.chmod(0o755)
    names = {f"INSTAGRAM_{name.upper()}": value for name, value in settings.items()}
    done = subprocess.run(
        [DEPLOY / name, data, copy],
        env={
            **{key: value for key, value in os.environ.items() if "INSTAGRAM_" not in key},
            **names,
            "INSTAGRAM": str(program),
            "PYTHON": sys.executable,
            **({"PG_BIN": str(wheel_programs())} if settings else {}),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
