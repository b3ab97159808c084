"""Profiles and the graph over HTTP."""

import re

import pytest

from tests.unit.instagram_app.http.people import PASSWORD, person, png, published_post
from tests.unit.instagram_app.http.served import Served

NOBODY = "00000000-0000-7000-8000-000000000000"


def test_a_profile_has_all_its_fields(app: Served) -> None:
    """By id or name, with what they are to the viewer."""
    ada, ben = person(app), person(app)
    ada.http.post(f"/api/v1/users/{ben.id}/follow")
    by_id = ada.http.get(f"/api/v1/users/{ben.id}")
    by_name = ada.http.get(f"/api/v1/users/{ben.username.upper()}")
    profile = by_id.json()

    assert profile == by_name.json()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", profile.pop("created_at"))
    assert profile == {
        "id": ben.id,
        "username": ben.username,
        "display_name": ben.username,
        "bio": "",
        "website": "",
        "avatar_url": None,
        "is_private": False,
        "is_verified": False,
        "role": "user",
        "has_active_story": False,
        "follower_count": 1,
        "following_count": 0,
        "post_count": 0,
        "relationship": {
            "following": True,
            "requested": False,
            "followed_by": False,
            "blocking": False,
            "muting": False,
            "close_friend": False,
        },
    }
    assert by_id.headers["cache-control"] == "private, no-cache"


def test_without_a_session_there_is_no_relationship(app: Served) -> None:
    """Public things may be read by anybody, without an e-mail address."""
    with app.client() as client:
        profile = client.get(f"/api/v1/users/{person(app).username}").json()

    assert profile["relationship"] is None
    assert "email" not in profile


def test_one_changes_what_one_names(app: Served) -> None:
    """The rest stays."""
    ada = person(app)
    changed = ada.http.patch("/api/v1/users/me", json={"bio": "Hi <b>", "is_private": True})

    assert (200, "Hi <b>", True, ada.username) == (
        changed.status_code,
        *(changed.json()[name] for name in ("bio", "is_private", "display_name")),
    )
    assert changed.json() == ada.http.patch("/api/v1/users/me", json={}).json()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"is_private": "yes"}, "is_private"),
        ({"bio": None}, "bio"),
        ({"bio": "x" * 501}, "bio"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"username": "new"}, "username"),
        ({"role": "admin"}, "role"),
    ],
)
def test_a_bad_change_is_refused(app: Served, body: dict[str, object], field: str) -> None:
    """The field is named."""
    answer = person(app).http.patch("/api/v1/users/me", json=body)

    assert (422, field) == (answer.status_code, answer.json()["errors"][0]["field"])


def test_following_is_idempotent(app: Served) -> None:
    """Each answer tells what is, and whether it was so."""
    ada, ben = person(app), person(app)
    path = f"/api/v1/users/{ben.id}/follow"
    answers = [
        ada.http.post(path),
        ada.http.post(path),
        ada.http.delete(path),
        ada.http.delete(path),
    ]

    assert [answer.json() for answer in answers] == [
        {"status": "following", "idempotent": False},
        {"status": "following", "idempotent": True},
        {"status": "none", "idempotent": False},
        {"status": "none", "idempotent": True},
    ]


def test_a_private_account_is_asked(app: Served) -> None:
    """Requests are listed, accepted and declined, and each only once."""
    ada, ben, cat = person(app), person(app), person(app)
    ben.http.patch("/api/v1/users/me", json={"is_private": True})
    for asking in (ada, cat):
        answer = asking.http.post(f"/api/v1/users/{ben.id}/follow")
        assert answer.json() == {"status": "requested", "idempotent": False}
    listed = ben.http.get("/api/v1/follow-requests").json()["users"]

    assert [cat.id, ada.id] == [user["id"] for user in listed]
    accept, decline = (
        f"/api/v1/follow-requests/{ada.id}/accept",
        f"/api/v1/follow-requests/{cat.id}",
    )
    assert [ben.http.post(accept).status_code for _ in range(2)] == [204, 404]
    assert [ben.http.delete(decline).status_code for _ in range(2)] == [204, 404]
    assert [ada.id] == [
        user["id"] for user in ben.http.get(f"/api/v1/users/{ben.id}/followers").json()["users"]
    ]
    assert cat.http.get(f"/api/v1/users/{ben.id}/followers").status_code == 404
    assert ben.http.delete(f"/api/v1/users/me/followers/{ada.id}").status_code == 204


def test_the_blocked_do_not_find_the_blocker(app: Served) -> None:
    """The blocker still finds them, without posts."""
    ada, ben = person(app), person(app)
    published_post(app, ben)
    path = f"/api/v1/users/{ben.id}/block"

    assert [ada.http.post(path).status_code for _ in range(2)] == [204, 204]
    assert ben.http.get(f"/api/v1/users/{ada.id}").status_code == 404
    assert ada.http.get(f"/api/v1/users/{ben.id}").json()["relationship"]["blocking"]
    assert ada.http.get(f"/api/v1/users/{ben.id}/posts").json()["posts"] == []
    assert ada.http.post(f"/api/v1/users/{ben.id}/follow").status_code == 409
    assert [ben.id] == [u["id"] for u in ada.http.get("/api/v1/users/me/blocks").json()["users"]]
    assert [ada.http.delete(path).status_code for _ in range(2)] == [204, 404]


@pytest.mark.parametrize(
    ("method", "path", "listed"),
    [
        ("POST", "/api/v1/users/{id}/mute", "/api/v1/users/me/mutes"),
        ("PUT", "/api/v1/users/me/close-friends/{id}", "/api/v1/users/me/close-friends"),
    ],
)
def test_a_switch_is_idempotent_and_off_only_once(
    app: Served, method: str, path: str, listed: str
) -> None:
    """204 both ways; oneself is 422, nobody 404."""
    ada, ben = person(app), person(app)
    on = [ada.http.request(method, path.format(id=ben.id)) for _ in range(2)]

    assert [answer.status_code for answer in on] == [204, 204]
    assert [ben.id] == [user["id"] for user in ada.http.get(listed).json()["users"]]
    off = [ada.http.delete(path.format(id=ben.id)).status_code for _ in range(2)]
    assert off == [204, 404]
    assert ada.http.request(method, path.format(id=ada.id)).status_code == 422
    assert ada.http.request(method, path.format(id=NOBODY)).status_code == 404


def test_a_list_goes_from_page_to_page(app: Served) -> None:
    """Full pages, nothing twice, and a cursor that belongs to this list of this viewer."""
    ada = person(app)
    fans = [person(app) for _ in range(5)]
    for fan in fans:
        fan.http.post(f"/api/v1/users/{ada.id}/follow")
    path, found, cursor = f"/api/v1/users/{ada.id}/followers", list[str](), None
    while True:
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = ada.http.get(path, params=query).json()
        found += [user["id"] for user in page["users"]]
        assert page["has_more"] == (page["next_cursor"] is not None)
        if not page["has_more"]:
            break
        cursor = page["next_cursor"]

    assert [fan.id for fan in reversed(fans)] == found
    for http, other in ((fans[0].http, path), (ada.http, path.replace("followers", "following"))):
        answer = http.get(other, params={"cursor": cursor})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")


def test_an_avatar_is_shown_when_it_is_ready(app: Served) -> None:
    """202 at once; removed only once."""
    ada = person(app)
    answer = ada.http.put("/api/v1/users/me/avatar", files={"image": ("me.png", png())})

    assert (answer.status_code, answer.json()) == (202, {})
    url = None
    for _ in range(1000):
        if url := ada.http.get("/api/v1/users/me").json()["avatar_url"]:
            break
    assert url is not None
    with app.client() as client:
        assert client.get(url).status_code == 200
    assert [ada.http.delete("/api/v1/users/me/avatar").status_code for _ in range(2)] == [204, 404]


def test_a_deleted_account_vanishes_at_once(app: Served) -> None:
    """On its password only; the name stays taken."""
    ada = person(app)
    wrong = ada.http.request("DELETE", "/api/v1/users/me", json={"password": "wrong!!!"})
    right = ada.http.request("DELETE", "/api/v1/users/me", json={"password": PASSWORD})
    again = {"username": ada.username, "email": "other@example.org", "password": PASSWORD}

    assert (wrong.status_code, right.status_code, right.json()) == (403, 202, {})
    assert ada.http.get("/api/v1/auth/me").status_code == 401
    with app.client() as client:
        assert client.get(f"/api/v1/users/{ada.id}").status_code == 404
        assert client.post("/api/v1/auth/register", json=again).status_code == 409
