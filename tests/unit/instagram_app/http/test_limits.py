"""How often somebody may ask."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from instagram_core.accounts.errors import SessionInvalidError
from instagram_core.accounts.model import Session
from tests.unit.instagram_app.http.people import (
    PASSWORD,
    person,
    shared_post,
    wait_until_published,
)
from tests.unit.instagram_app.http.served import Served, served


@pytest.fixture
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Give an app where little is allowed, behind a proxy on this machine."""
    settings = {
        "limit_all": "12/60",
        "limit_like": "2/60",
        "limit_follow": "2/60",
        "limit_post": "1/60",
        "limit_feed": "3/60",
        "limit_login": "3/60",
        "trusted_proxies": "127.0.0.1",
    }
    with served(tmp_path_factory.mktemp("data"), **settings) as running:
        yield running


def test_the_tightest_limit_is_told(limited: Served) -> None:
    """With every answer it applies to."""
    someone = person(limited)
    feed, me = (someone.http.get(f"/api/v1/{path}") for path in ("feed", "auth/me"))

    assert (
        feed.headers["x-ratelimit-limit"],
        feed.headers["x-ratelimit-remaining"],
    ) == ("3", "2")
    assert (me.headers["x-ratelimit-limit"], me.headers["x-ratelimit-remaining"]) == ("12", "10")
    assert int(feed.headers["x-ratelimit-reset"]) > 1_700_000_000


def test_over_the_limit_it_is_told_when_it_ends(limited: Served) -> None:
    """A refused attempt consumes nothing of any limit."""
    someone = person(limited)
    answers = [someone.http.get("/api/v1/feed") for _ in range(5)]
    refused = answers[-1]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert refused.json()["code"] == "rate_limited"
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["x-ratelimit-remaining"] == "0"
    remaining = someone.http.get("/api/v1/auth/me").headers["x-ratelimit-remaining"]
    assert remaining == "8"


def test_repeats_count_and_undoing_does_not(limited: Served) -> None:
    """Every attempt of the action itself consumes one."""
    someone = person(limited)
    post = shared_post(someone)
    path = f"/api/v1/posts/{post}/like"
    wait_until_published(limited, post)
    attempts = [someone.http.post(path), someone.http.delete(path), someone.http.post(path)]

    assert [answer.status_code for answer in attempts] == [200, 200, 200]
    assert someone.http.post(path).status_code == 429
    assert someone.http.delete(path).status_code == 200


def test_what_is_refused_for_another_reason_counts(limited: Served) -> None:
    """An attempt is an attempt."""
    someone = person(limited)
    path = f"/api/v1/users/{someone.id}/follow"

    assert [someone.http.post(path).status_code for _ in range(3)] == [422, 422, 429]


def test_logins_are_counted_by_account_and_by_address(limited: Served) -> None:
    """Another account from there is refused, and the account from elsewhere."""
    someone = person(limited)

    def status(login: str, address: str) -> int:
        headers = {"x-forwarded-for": address}
        body = {"login": login, "password": PASSWORD}
        with limited.client() as client:
            return client.post("/api/v1/auth/login", json=body, headers=headers).status_code

    assert [status(someone.username, "198.51.100.1") for _ in range(3)] == [200, 200, 200]
    assert status("somebody.else", "198.51.100.1") == 429
    assert status(someone.username.upper(), "198.51.100.2") == 429
    assert status("somebody.else", "198.51.100.3") == 401


def test_without_a_session_requests_are_counted_by_address(limited: Served) -> None:
    """A whole IPv6 network is one address; probes and metrics are not counted."""

    def status(path: str, address: str) -> int:
        with limited.client() as client:
            return client.get(path, headers={"x-forwarded-for": address}).status_code

    user = "/api/v1/users/nobody"
    same_network = [status(user, f"2001:470:0:1::{number:x}") for number in range(13)]
    assert same_network == [404] * 12 + [429]
    assert status(user, "2001:470:0:2::1") == 404
    for probe in ("/livez", "/readyz", "/metrics"):
        assert status(probe, "2001:470:0:1::1") == 200


def test_a_bad_session_is_counted_by_address(limited: Served) -> None:
    """Guessing tokens spends nobody else's limit."""
    headers = {"x-forwarded-for": "198.51.100.9"}
    with limited.client("x" * 64) as client:
        statuses = [client.get("/api/v1/feed", headers=headers).status_code for _ in range(13)]

    assert statuses == [401] * 12 + [429]


def test_an_upload_over_the_limit_is_refused_before_it_is_read(limited: Served) -> None:
    """Whoever may not post need not send."""
    someone = person(limited)
    shared_post(someone)
    with limited.connect() as connection:
        connection.sendall(
            b"POST /api/v1/posts HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n"
            b"Content-Type: multipart/form-data; boundary=b\r\n"
            b"Authorization: Bearer %b\r\n\r\n" % someone.token.encode()
        )
        assert connection.recv(12) == b"HTTP/1.1 429"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/api/v1/auth/password", {"current": "a wrong one", "new": PASSWORD}),
        ("DELETE", "/api/v1/users/me", {"password": "a wrong one"}),
    ],
)
def test_a_session_is_no_way_to_try_passwords(
    limited: Served, method: str, path: str, body: dict[str, str]
) -> None:
    """Asking for the password again counts as a sign-in does."""
    someone = person(limited)
    answers = [someone.http.request(method, path, json=body).status_code for _ in range(4)]

    assert answers == [403, 403, 403, 429]


def test_a_session_that_ended_spends_its_owner_s_limit_once_at_most(limited: Served) -> None:
    """Whoever kept the token of another is counted where they are, and keeps nobody out."""
    someone = person(limited)
    with limited.client() as client:
        body = {"login": someone.username, "password": PASSWORD}
        token = client.post("/api/v1/auth/login", json=body).json()["token"]
    with limited.client(token) as client:
        assert client.post("/api/v1/auth/logout").status_code == 204
        headers = {"x-forwarded-for": "198.51.100.20"}
        answers = [client.get("/api/v1/feed", headers=headers) for _ in range(13)]

    assert [answer.status_code for answer in answers] == [401] * 12 + [429]
    assert answers[0].headers["x-ratelimit-remaining"] == "11", "counted by address"
    mine = someone.http.get("/api/v1/feed")
    assert (mine.status_code, mine.headers["x-ratelimit-remaining"]) == (200, "1")


def test_a_session_that_ended_spends_no_more_when_it_is_used_many_times_at_once(
    limited: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many requests ask about it before the first one has its answer."""
    someone = person(limited)
    together = asyncio.Barrier(3)

    async def authenticate(_token: str) -> Session:
        await together.wait()
        raise SessionInvalidError

    sessions = limited.application.services.accounts.sessions
    with monkeypatch.context() as patched, ThreadPoolExecutor(3) as threads:
        patched.setattr(sessions, "authenticate", authenticate)
        answers = list(threads.map(lambda _: someone.http.get("/api/v1/feed"), range(3)))

    assert [answer.status_code for answer in answers] == [401] * 3
    mine = someone.http.get("/api/v1/feed")
    assert (mine.status_code, mine.headers["x-ratelimit-remaining"]) == (200, "1")
