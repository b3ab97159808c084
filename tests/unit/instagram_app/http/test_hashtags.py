"""The posts of a hashtag over HTTP."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.unit.instagram_app.http.people import Person, person, published_post
from tests.unit.instagram_app.http.served import Served


def path(tag: str) -> str:
    """Give the address of a hashtag's posts."""
    return f"/api/v1/feed/hashtag/{quote(tag, safe='')}"


def found(client: httpx.Client, tag: str) -> list[str]:
    """Give the posts of a hashtag in pages of two."""
    posts: list[str] = []
    params: dict[str, Any] = {"limit": 2}
    while True:
        answer = client.get(path(tag), params=params)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert set(page) == {"posts", "next_cursor", "has_more"}
        assert page["has_more"] is (page["next_cursor"] is not None)
        posts += [post["id"] for post in page["posts"]]
        if not page["has_more"]:
            return posts
        params["cursor"] = page["next_cursor"]


@pytest.fixture(scope="module")
def ada(app: Served) -> Person:
    """Give an author."""
    return person(app, "ada")


def test_anybody_finds_public_posts_newest_first(app: Served, ada: Person) -> None:
    """Also without a session; edits and deletions count at once."""
    posts = [published_post(app, ada, caption=f"{n} #Sunrise 🌅") for n in range(3)][::-1]
    published_post(app, ada, caption="no#sunrise, https://x.example/#sunrise")
    with app.client() as nobody:
        assert found(nobody, "sunrise") == found(ada.http, "SUNRISE") == posts

        ada.http.patch(f"/api/v1/posts/{posts[1]}", json={"caption": "#sunset"})
        ada.http.delete(f"/api/v1/posts/{posts[0]}")

        assert found(nobody, "sunrise") == [posts[2]]
        assert found(nobody, "sunset") == [posts[1]]
        assert found(nobody, "sundown") == []


def test_every_script_has_an_address(app: Served, ada: Person) -> None:
    """With its escapes resolved, composed or not."""
    post = published_post(app, ada, caption="#Cafe\u0301 שלום #עברית #日本語🦊")
    with app.client() as nobody:
        for tag in ("café", "cafe\u0301", "עברית", "日本語"):
            assert found(nobody, tag) == [post]


@pytest.mark.parametrize(
    "name",
    ["%23sun", "a%20b", "2026", "a" * 101, "a-b", "a%2Fb", "%F0%9F%A6%8A", "%FF", "a%00", "%20"],
)
def test_what_can_be_no_hashtag_is_not_found(app: Served, name: str) -> None:
    """It names nothing; the answer is a problem document."""
    with app.client() as nobody:
        answer = nobody.get(f"/api/v1/feed/hashtag/{name}")

    assert answer.status_code == 404
    assert answer.json()["code"] in {"hashtag_not_found", "not_found"}


def test_private_and_muted_and_blocked_people_are_left_out(app: Served, ada: Person) -> None:
    """For whom that is so."""
    ben, cem = person(app, "ben"), person(app, "cem")
    post = published_post(app, ada, caption="#quiet")
    ben.http.post(f"/api/v1/users/{ada.id}/mute")
    cem.http.post(f"/api/v1/users/{ada.id}/block")
    seen = [found(each.http, "quiet") for each in (ada, ben, cem)]
    ben.http.delete(f"/api/v1/users/{ada.id}/mute")
    ben.http.post(f"/api/v1/users/{ada.id}/follow")
    ada.http.patch("/api/v1/users/me", json={"is_private": True})
    with app.client() as nobody:
        private = [found(each, "quiet") for each in (ada.http, ben.http, nobody)]
        ada.http.patch("/api/v1/users/me", json={"is_private": False})
        public = found(nobody, "quiet")

    assert seen == [[post], [], []]
    assert private == [[post], [post], []]
    assert public == [post]


def test_a_cursor_belongs_to_one_hashtag_of_one_viewer(app: Served, ada: Person) -> None:
    """All spellings of it are one list."""
    for _ in range(2):
        published_post(app, ada, caption="#here #there")
    cursor = ada.http.get(path("here"), params={"limit": 1}).json()["next_cursor"]
    params = {"limit": "1", "cursor": cursor}
    with app.client() as nobody:
        statuses = [
            client.get(path(tag), params=params).status_code
            for client, tag in ((ada.http, "HERE"), (ada.http, "there"), (nobody, "here"))
        ]
        wrong = [nobody.get(path("here"), params={"limit": n}).status_code for n in ("0", "x")]
        bad_session = nobody.get(path("here"), headers={"authorization": "Bearer x"})

    assert statuses == [200, 400, 400]
    assert wrong == [422, 422]
    assert bad_session.status_code == 401
