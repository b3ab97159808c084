"""Signing up, in and out over HTTP."""

import json
from pathlib import Path

import pytest

from tests.unit.instagram_app.http.people import PASSWORD, person
from tests.unit.instagram_app.http.served import Served, served


def test_registering_signs_in_by_cookie_and_by_token(app: Served) -> None:
    """Either is enough; the answer is kept by nobody."""
    body = {"username": "Zoe.1", "email": "Zoe@Example.org", "password": PASSWORD}
    with app.client() as client:
        answer = client.post("/api/v1/auth/register", json=body)
        by_cookie = client.get("/api/v1/auth/me")
    with app.client(answer.json()["token"]) as client:
        by_token = client.get("/api/v1/users/me")

    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
    assert answer.json()["user"] == by_cookie.json() == by_token.json()
    assert tuple(
        by_token.json()[name] for name in ("username", "display_name", "email", "relationship")
    ) == ("zoe.1", "zoe.1", "Zoe@Example.org", None)


def test_the_cookie_is_for_this_site_and_not_for_scripts(app: Served) -> None:
    """Over plain http it is not Secure, or a browser would not keep it."""
    someone = person(app)
    with app.client() as client:
        answer = client.post(
            "/api/v1/auth/login", json={"login": someone.username, "password": PASSWORD}
        )

    name, *attributes = answer.headers["set-cookie"].split("; ")
    assert name == f"instagram_session={answer.json()['token']}"
    assert {"Path=/", "HttpOnly", "SameSite=Lax"} <= set(attributes)
    assert "Secure" not in attributes


@pytest.mark.parametrize("login", ["{username}", "{username}@example.org"])
def test_one_signs_in_by_name_or_address(app: Served, login: str) -> None:
    """Whatever its case."""
    someone = person(app)
    login = login.format(username=someone.username).upper()
    with app.client() as client:
        answer = client.post("/api/v1/auth/login", json={"login": login, "password": PASSWORD})

    assert (200, someone.id) == (answer.status_code, answer.json()["user"]["id"])


@pytest.mark.parametrize("known", [True, False])
def test_a_wrong_login_does_not_tell_what_is_wrong(app: Served, known: bool) -> None:  # noqa: FBT001 - a column
    """An unknown name and a wrong password are answered alike."""
    login = person(app).username if known else "nobody.at.all"
    with app.client() as client:
        answer = client.post("/api/v1/auth/login", json={"login": login, "password": "wrong!!!"})

    assert (answer.status_code, answer.json()["code"]) == (401, "wrong_login")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "no spaces"),
        ("username", "a.."),
        ("username", "nul\0"),
        ("email", "nowhere"),
        ("password", "short"),
        ("display_name", "nul\0"),
        ("display_name", "\ud800"),
        ("username", 7),
        ("surplus", "x"),
    ],
)
def test_a_bad_field_is_named(app: Served, field: str, value: object) -> None:
    """422 says which one."""
    body = {"username": "fine.name", "email": "f@example.org", "password": PASSWORD, field: value}
    with app.client() as client:
        content, headers = json.dumps(body), {"content-type": "application/json"}
        answer = client.post("/api/v1/auth/register", content=content, headers=headers)

    assert answer.status_code == 422
    assert [field] == [error["field"] for error in answer.json()["errors"]]


def test_a_taken_name_is_a_conflict(app: Served) -> None:
    """Whatever its case."""
    someone = person(app)
    body = {"username": someone.username.upper(), "email": "o@example.org", "password": PASSWORD}
    with app.client() as client:
        answer = client.post("/api/v1/auth/register", json=body)

    assert (answer.status_code, answer.json()["code"]) == (409, "username_taken")


@pytest.mark.parametrize(
    "content_type",
    [None, "text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1"],
)
def test_what_is_no_json_by_its_type_is_not_read(app: Served, content_type: str | None) -> None:
    """A form of another site cannot sign anybody in."""
    headers = {} if content_type is None else {"content-type": content_type}
    with app.client() as client:
        answer = client.post("/api/v1/auth/login", content=b"{}", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_content_type")


@pytest.mark.parametrize("token", ["nonsense", "x" * 64, "é" * 64])
def test_a_token_that_is_not_good_is_refused_everywhere(app: Served, token: str) -> None:
    """Also where no session is asked for: who believes to be signed in should know."""
    with app.client() as client:
        headers = {b"authorization": f"Bearer {token}".encode()}
        for path in ("/api/v1/feed", f"/api/v1/users/{person(app).username}"):
            answer = client.get(path, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (401, "session_invalid")


def test_a_stale_cookie_is_taken_back(app: Served) -> None:
    """The browser forgets it, and the next visit is a stranger's."""
    with app.client() as client:
        client.cookies.set("instagram_session", "x" * 64)
        answer = client.get("/api/v1/feed")

    assert answer.status_code == 401
    assert answer.headers["set-cookie"].startswith("instagram_session=; Path=/; Max-Age=0")


def test_logging_out_ends_the_session(app: Served) -> None:
    """The token is worth nothing afterwards."""
    someone = person(app)

    assert someone.http.post("/api/v1/auth/logout").status_code == 204
    assert someone.http.get("/api/v1/auth/me").status_code == 401


def test_sessions_are_listed_and_ended_one_by_one(app: Served) -> None:
    """The current one is marked."""
    someone = person(app)
    with app.client() as client:
        login = {"login": someone.username, "password": PASSWORD}
        agent = {"user-agent": "phone"}
        other = client.post("/api/v1/auth/login", json=login, headers=agent).json()["token"]
    listed = someone.http.get("/api/v1/auth/sessions").json()
    first, second = listed["sessions"]

    assert (
        first["is_current"],
        first["user_agent"],
        first["address"],
    ) == (False, "phone", "127.0.0.1")
    assert (second["is_current"], listed["next_cursor"], listed["has_more"]) == (True, None, False)
    path = f"/api/v1/auth/sessions/{first['id']}"
    assert [someone.http.delete(path).status_code for _ in range(2)] == [204, 404]
    with app.client(other) as client:
        assert client.get("/api/v1/auth/me").status_code == 401


def test_a_new_password_ends_all_other_sessions(app: Served) -> None:
    """The current one must be right."""
    someone, new = person(app), "another long password"
    with app.client() as client:
        login = {"login": someone.username, "password": PASSWORD}
        other = client.post("/api/v1/auth/login", json=login).json()["token"]
    wrong = someone.http.put("/api/v1/auth/password", json={"current": "wrong!!!", "new": new})
    right = someone.http.put("/api/v1/auth/password", json={"current": PASSWORD, "new": new})

    assert (wrong.status_code, wrong.json()["code"]) == (403, "wrong_password")
    assert right.status_code == 204
    assert someone.http.get("/api/v1/auth/me").status_code == 200
    with app.client(other) as client:
        assert client.get("/api/v1/auth/me").status_code == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "same-origin"}, 204),
        ({"origin": "{url}"}, 204),
        ({"origin": "https://evil.example", "sec-fetch-site": "same-origin"}, 403),
    ],
)
def test_a_cookie_alone_changes_nothing(app: Served, headers: dict[str, str], status: int) -> None:
    """The request must show that it is from here."""
    someone, other = person(app), person(app)
    shown = {name: value.format(url=app.url) for name, value in headers.items()}
    with app.client() as client:
        client.cookies.set("instagram_session", someone.token)
        answer = client.post(f"/api/v1/users/{other.id}/block", headers=shown)
        assert client.get("/api/v1/feed").status_code == 200

    assert status == answer.status_code


def test_a_token_needs_no_origin_even_beside_a_cookie(app: Served) -> None:
    """No site can make a browser send one."""
    someone, other = person(app), person(app)
    someone.http.cookies.set("instagram_session", someone.token)

    assert someone.http.post(f"/api/v1/users/{other.id}/block").status_code == 204


def test_a_login_from_another_site_is_refused(app: Served) -> None:
    """Nobody is signed in by surprise."""
    someone = person(app)
    with app.client() as client:
        answer = client.post(
            "/api/v1/auth/login",
            json={"login": someone.username, "password": PASSWORD},
            headers={"origin": "https://evil.example"},
        )

    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")


def test_behind_https_the_cookie_travels_by_https_alone(tmp_path: Path) -> None:
    """And the origin that counts is the public one."""
    with served(tmp_path, limits="off", public_url="https://app.example") as app:
        someone, other = person(app), person(app)
        with app.client() as client:
            body = {"login": someone.username, "password": PASSWORD}
            answer = client.post("/api/v1/auth/login", json=body)
            client.cookies.set("instagram_session", someone.token)
            statuses = [
                client.post(
                    f"/api/v1/users/{other.id}/block", headers={"origin": origin}
                ).status_code
                for origin in (app.url, "http://app.example", "https://app.example")
            ]

    assert "Secure" in answer.headers["set-cookie"].split("; ")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert statuses == [403, 403, 204]
