"""What every answer has, whatever was asked."""

import asyncio
import re
from pathlib import Path

import httpx
import pytest

from instagram_app.http.routes import OPERATIONS
from tests.unit.instagram_app.http.people import person
from tests.unit.instagram_app.http.raw import exchange
from tests.unit.instagram_app.http.served import Served, served

PROBLEM = "application/problem+json"


def assert_is_problem(answer: httpx.Response, status: int, code: str) -> None:
    """Check that an answer is a whole problem document."""
    body = answer.json()
    assert (status, PROBLEM, code) == (
        answer.status_code,
        answer.headers["content-type"],
        body["code"],
    )
    assert answer.headers["x-request-id"] == body["request_id"]
    assert {"type", "title", "status", "code", "detail", "request_id"} <= body.keys()
    assert status == body["status"]


@pytest.mark.parametrize("path", ["/livez", "/nothing", "/api/v1/feed", "/docs", "/openapi.json"])
def test_every_answer_carries_an_id_and_security_headers(app: Served, path: str) -> None:
    """Refusals and pages included."""
    with app.client() as client:
        headers = client.get(path).headers

    assert re.fullmatch(r"[0-9a-f]{32}", headers["x-request-id"])
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "alt-svc" not in headers
    assert "server" not in headers


@pytest.mark.parametrize(
    ("given", "is_taken"),
    [
        ("abcDEF12._-", True),
        ("12345678", True),
        ("x" * 128, True),
        ("1234567", False),
        ("x" * 129, False),
        ("has space", False),
        ("semi;colon", False),
    ],
)
def test_a_sane_request_id_is_taken(app: Served, given: str, is_taken: bool) -> None:  # noqa: FBT001 - a column
    """Anything else is replaced."""
    with app.client() as client:
        answer = client.get("/livez", headers={"x-request-id": given})

    assert is_taken == (answer.headers["x-request-id"] == given)


def test_head_is_get_without_its_body(app: Served) -> None:
    """Status and headers are the same."""
    with app.client() as client:
        got, head = client.get("/openapi.json"), client.head("/openapi.json")

    assert got.status_code == head.status_code
    assert head.content == b""
    assert got.headers["content-length"] == head.headers["content-length"]
    assert got.headers["content-type"] == head.headers["content-type"]


def test_head_of_what_is_not_there_has_no_body(app: Served) -> None:
    """The next request on the connection is read from its start."""
    with app.client() as client:
        assert ((answer := client.head("/nothing")).status_code, answer.content) == (404, b"")
        assert client.get("/livez").status_code == 200


@pytest.mark.parametrize("path", ["/livez", "/api/v1/posts", "/api/v1/users/me"])
def test_options_tells_the_methods(app: Served, path: str) -> None:
    """204, whoever asks."""
    expected = {"OPTIONS"} | {
        method for each in OPERATIONS if each.path == path for method in each.methods
    }
    with app.client() as client:
        answer = client.options(path)

    assert answer.status_code == 204
    assert expected == set(answer.headers["allow"].split(", ")) - {"GET"} | (expected & {"GET"})


@pytest.mark.parametrize(("method", "path"), [("POST", "/livez"), ("DELETE", "/api/v1/feed")])
def test_a_wrong_method_is_told_the_right_ones(app: Served, method: str, path: str) -> None:
    """405 carries Allow."""
    with app.client() as client:
        answer = client.request(method, path)

    assert_is_problem(answer, 405, "method_not_allowed")
    assert {"GET", "HEAD", "OPTIONS"} == set(answer.headers["allow"].split(", "))


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/api/v1/stories/feed",
        "/api/v1/users/%ff",
        "/api/v1/users/%00",
        "/api/v1/posts/../../etc/passwd",
        "/api/v1/posts/not-an-id",
        "/api/v1/posts/{00000000-0000-0000-0000-000000000001}",
        "/api/v1/posts/00000000000000000000000000000001",
        "/api/v1/posts/00000000-0000-0000-0000-000000000001",
        "/api/v1/users/" + "a" * 200,
        "//evil.example/",
    ],
)
def test_what_is_not_there_is_not_found(app: Served, path: str) -> None:
    """Unknown paths, unknown ids and what is no id."""
    answer = exchange(app, f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())

    assert (answer.status, answer.headers["content-type"]) == (404, PROBLEM)


def test_probes_say_that_all_is_well(app: Served) -> None:
    """And are never kept."""
    with app.client() as client:
        for path in ("/livez", "/readyz"):
            answer = client.get(path)
            assert (
                answer.json(),
                answer.headers["cache-control"],
            ) == ({"status": "ok"}, "no-store")


def test_a_draining_process_is_not_ready_but_lives(app: Served) -> None:
    """Load balancers go elsewhere, requests are still answered."""
    app.application.readiness.is_ready = False
    try:
        with app.client() as client:
            assert_is_problem(client.get("/readyz"), 503, "unavailable")
            assert client.get("/livez").status_code == 200
    finally:
        app.application.readiness.is_ready = True


def test_requests_are_counted_by_route_and_not_by_path(app: Served) -> None:
    """What is in a path does not become a label."""
    someone = person(app)
    someone.http.get(f"/api/v1/users/{someone.id}")
    with app.client() as client:
        client.get("/made-up-path-of-somebody")
        numbers = client.get("/metrics").text

    assert 'route="/api/v1/users/{id}",status="200"' in numbers
    assert 'route="none",status="404"' in numbers
    assert someone.id not in numbers
    assert "made-up-path" not in numbers


def test_an_error_nobody_expected_is_a_problem_without_details(
    app: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is logged, and the answer tells nothing."""

    async def broken(*_: object) -> None:
        raise ValueError("the secret of the house")

    token = person(app).token
    monkeypatch.setattr(app.application.services.accounts.sessions, "authenticate", broken)
    with app.client(token) as client:
        answer = client.get("/api/v1/feed")

    assert_is_problem(answer, 500, "internal_error")
    assert "secret" not in answer.text


def test_a_request_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    """503 within the deadline, with when to come back."""

    async def stuck(*_: object) -> None:
        await asyncio.Event().wait()

    with served(tmp_path, timeout_request="0.5") as app, app.client(person(app).token) as client:
        app.application.services.accounts.sessions.authenticate = stuck  # type: ignore[method-assign, assignment]
        answer = client.get("/api/v1/feed")

    assert_is_problem(answer, 503, "unavailable")
    assert 1 <= int(answer.headers["retry-after"]) <= 5
