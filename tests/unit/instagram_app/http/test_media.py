"""Pictures at their signed addresses."""

import logging
from collections.abc import Iterator

import attrs
import httpx
import pytest

from tests.unit.instagram_app.http.people import Person, person, published_post
from tests.unit.instagram_app.http.served import Served


@attrs.frozen
class Picture:
    """A published picture, and who it is of."""

    author: Person
    url: str
    http: httpx.Client
    """Of nobody."""


@pytest.fixture
def picture(app: Served) -> Iterator[Picture]:
    """Give a picture of a public account."""
    author = person(app)
    post = published_post(app, author)
    url = author.http.get(f"/api/v1/posts/{post}").json()["large_url"]
    with app.client() as http:
        yield Picture(author, url, http)


def test_a_good_address_gives_the_picture(picture: Picture) -> None:
    """Anybody may keep it while the address is good, and scripts make nothing else of it."""
    answer = picture.http.get(picture.url)
    headers = answer.headers

    assert (answer.status_code, headers["content-type"]) == (200, "image/png")
    assert len(answer.content) == int(headers["content-length"])
    assert headers["cache-control"].startswith("public, max-age=")
    assert "immutable" in headers["cache-control"]
    assert (
        headers["vary"],
        headers["accept-ranges"],
        headers["x-content-type-options"],
    ) == ("Accept", "bytes", "nosniff")
    names = [name.lower() for name, _ in headers.multi_items()]
    assert sorted(set(names)) == sorted(names)
    assert headers["cross-origin-resource-policy"] == "cross-origin"


def test_head_tells_about_the_picture(picture: Picture, caplog: pytest.LogCaptureFixture) -> None:
    """Without sending it, and the server finds nothing wrong with that."""
    got, head = picture.http.get(picture.url), picture.http.head(picture.url)

    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-length", "content-type", "etag", "last-modified"):
        assert got.headers[name] == head.headers[name]
    assert head.headers["cache-control"].startswith("public, max-age=")
    assert picture.http.get(picture.url).status_code == 200  # what went wrong is logged by now
    assert [each for each in caplog.records if each.levelno >= logging.ERROR] == []


def test_whoever_has_the_picture_is_told_so(picture: Picture) -> None:
    """304 by tag or by date, with the tag again."""
    headers = picture.http.get(picture.url).headers
    for condition in (
        {"if-none-match": headers["etag"]},
        {"if-modified-since": headers["last-modified"]},
    ):
        answer = picture.http.get(picture.url, headers=condition)
        assert (304, b"", headers["etag"]) == (
            answer.status_code,
            answer.content,
            answer.headers["etag"],
        )
        assert "content-type" not in answer.headers
    assert picture.http.get(picture.url, headers={"if-none-match": '"other"'}).status_code == 200
    assert picture.http.get(picture.url, headers={"if-match": '"other"'}).status_code == 412


def test_a_part_is_a_part(picture: Picture) -> None:
    """206 tells which; behind the end it is 416."""
    whole = picture.http.get(picture.url).content
    part = picture.http.get(picture.url, headers={"range": "bytes=2-9"})
    beyond = picture.http.get(picture.url, headers={"range": f"bytes={len(whole)}-"})

    assert (206, whole[2:10]) == (part.status_code, part.content)
    assert f"bytes 2-9/{len(whole)}" == part.headers["content-range"]
    assert (416, f"bytes */{len(whole)}") == (
        beyond.status_code,
        beyond.headers["content-range"],
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda url: url.partition("?")[0],
        lambda url: url.replace("&s=", "&s=A"),
        lambda url: url.replace("?e=", "?e=1"),
        lambda url: url.partition("&")[0],
        lambda url: url.replace("/large", "/small"),
        lambda url: url.replace("/large", "/original"),
        lambda url: url.replace("/media/", "/media/0"),
        lambda url: url.replace("/large", "/..%2Foriginal"),
    ],
)
def test_another_address_is_no_address(picture: Picture, change: object) -> None:
    """A signature is for one address; 403, also for what never was."""
    assert callable(change)
    answer = picture.http.get(change(picture.url))

    assert (
        answer.status_code,
        answer.headers["content-type"],
    ) == (403, "application/problem+json")


def test_going_private_ends_the_addresses_given_out(picture: Picture) -> None:
    """New ones are for followers, and for no shared cache."""
    author = picture.author
    author.http.patch("/api/v1/users/me", json={"is_private": True})
    posts = author.http.get(f"/api/v1/users/{author.id}/posts").json()["posts"]

    assert picture.http.get(picture.url).status_code == 403
    answer = picture.http.get(posts[0]["large_url"])
    assert answer.status_code == 200
    kept, age = answer.headers["cache-control"].split(", ")
    assert kept == "private"
    assert int(age.removeprefix("max-age=")) <= 300
    assert picture.http.get(f"/api/v1/users/{author.id}/posts").status_code == 404


def test_a_deleted_post_has_no_addresses(picture: Picture) -> None:
    """They end with it."""
    (post,) = picture.author.http.get(f"/api/v1/users/{picture.author.id}/posts").json()["posts"]
    picture.author.http.delete(f"/api/v1/posts/{post['id']}")

    assert picture.http.get(picture.url).status_code == 403


def test_a_stale_session_does_not_hide_a_picture(picture: Picture) -> None:
    """The address alone counts."""
    headers = {"authorization": f"Bearer {'x' * 64}"}

    assert picture.http.get(picture.url, headers=headers).status_code == 200
