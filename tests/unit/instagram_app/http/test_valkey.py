"""Sessions and limits in Valkey, seen from outside."""

from pathlib import Path

import pytest

from instagram_valkey.connection import Connection
from tests.servers.valkey import private_valkey
from tests.unit.instagram_app.http.people import PASSWORD, person, published_post
from tests.unit.instagram_app.http.served import served

ME = "/api/v1/auth/me"
FEED = "/api/v1/feed"


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Record how many calls travel with each batch."""
    seen: list[int] = []
    flush = Connection._flush

    def recorded(self: Connection) -> None:
        seen.append(len(self._unsent))
        flush(self)

    monkeypatch.setattr(Connection, "_flush", recorded)
    return seen


def test_session_and_limits_take_one_round_trip(tmp_path: Path, batches: list[int]) -> None:
    """While the copy of the session is fresh."""
    server, url = private_valkey()
    try:
        with served(tmp_path, valkey_url=url) as app:
            someone = person(app)
            assert someone.http.get(ME).status_code == 200
            batches.clear()
            assert someone.http.get(ME).status_code == 200
            assert batches == [2]
    finally:
        server.close()


def test_a_kept_page_takes_one_round_trip_with_session_and_limits(
    tmp_path: Path, batches: list[int]
) -> None:
    """And with the look at the timeline that tells whether it holds; nothing else is asked."""
    server, url = private_valkey()
    try:
        with served(tmp_path, valkey_url=url) as app:
            someone = person(app)
            published_post(app, someone)
            for _ in range(2):  # from the truth, then from the timeline that was made of it
                someone.http.get(FEED)
                app.run(app.application.services.feed.rebuilds.idle())
            answer = someone.http.get(FEED)
            app.run(app.application.services.feed.pages.idle())
            batches.clear()
            assert someone.http.get(FEED).content == answer.content
            assert len(batches) == 1, batches
            assert len(answer.json()["posts"]) == 1
    finally:
        server.close()


def test_nobody_notices_that_the_server_dies_and_returns(tmp_path: Path) -> None:
    """No answer is an error; what ends meanwhile stays ended, though copies of it were kept."""
    server, url = private_valkey()
    try:
        with served(tmp_path, valkey_url=url) as app:
            someone = person(app)
            with app.client() as client:
                body = {"login": someone.username, "password": PASSWORD}
                token = client.post("/api/v1/auth/login", json=body).json()["token"]
            with app.client(token) as other:
                statuses = [other.get(ME).status_code, someone.http.get(ME).status_code]
                server.kill()
                statuses += [someone.http.get(ME).status_code for _ in range(10)]
                assert {200} == set(statuses)
                assert other.post("/api/v1/auth/logout").status_code == 204
                assert other.get(ME).status_code == 401
                server.restart()
                for _ in range(5):
                    assert other.get(ME).status_code == 401
                    assert someone.http.get(ME).status_code == 200
    finally:
        server.close()


def test_nobody_waits_long_for_a_server_that_is_frozen(tmp_path: Path) -> None:
    """One request waits once, the next ones not at all; ends are seen at once."""
    server, url = private_valkey()
    try:
        with served(tmp_path, valkey_url=url) as app:
            someone = person(app)
            assert someone.http.get(ME).status_code == 200
            server.freeze()
            answers = [someone.http.get(ME) for _ in range(10)]
            assert {200} == {answer.status_code for answer in answers}
            assert max(answer.elapsed.total_seconds() for answer in answers) < 1
            assert answers[-1].elapsed.total_seconds() < 0.1
            assert someone.http.post("/api/v1/auth/logout").status_code == 204
            server.thaw()
            assert someone.http.get(ME).status_code == 401
    finally:
        server.close()
