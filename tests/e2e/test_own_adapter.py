"""An adapter from outside the source tree, chosen by a setting, in the app as its users run it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.people import POSTS, register
from tests.e2e.running import running

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.embedded
def test_likes_go_to_the_example(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each counts once, and it lies in the example's table.

    The example replaces one port of its family; numbers on a post come from another one.
    """
    monkeypatch.setenv("PYTHONPATH", str(EXAMPLES))
    with running(folder, adapter_relational="sqlite_likes.app:open_family", limits="off") as app:
        ada, bob = register(app), register(app)
        post = ada.share()
        liked = bob.http.post(f"{POSTS}/{post}/like").json()
        again = bob.http.post(f"{POSTS}/{post}/like").json()
        likers = ada.http.get(f"{POSTS}/{post}/likes").json()["users"]

    assert (liked["idempotent"], again["idempotent"]) == (False, True)
    assert (liked["like_count"], again["like_count"]) == (1, 1)
    assert [user["id"] for user in likers] == [bob.id]
    with closing(sqlite3.connect(folder / "likes.sqlite")) as connection:
        assert connection.execute("SELECT count(*) FROM likes").fetchone() == (1,)
