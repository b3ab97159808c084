"""Files sent by an offered form, then shared by their keys."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import attrs
import httpx
import pytest

from instagram_core.media.ports import MediaStore
from instagram_core.memory.links import InMemoryMediaLinks
from tests.unit.instagram_app.http.people import (
    Person,
    person,
    png,
    published_post,
    wait_until_published,
)
from tests.unit.instagram_app.http.served import Served, served

POSTS = "/api/v1/posts"
UPLOADS = f"{POSTS}/uploads"
PNG = {"content_type": "image/png", "bytes": 10_000}


def offered(someone: Person, *files: dict[str, object]) -> list[dict[str, Any]]:
    """Give forms."""
    answer = someone.http.post(UPLOADS, json={"media": files or [PNG]})
    assert answer.status_code == 200, answer.text
    uploads: list[dict[str, Any]] = answer.json()["uploads"]
    return uploads


def fill_in(app: Served, form: dict[str, Any], data: bytes, **fields: str) -> httpx.Response:
    """Send a form as somebody without a session does."""
    with app.client() as client:
        sent = form["fields"] | fields
        return client.post(form["url"], data=sent, files={"file": ("a", data)})


def share(someone: Person, *keys: str, key: str | None = None, **fields: object) -> httpx.Response:
    """Share what was uploaded."""
    headers = {} if key is None else {"idempotency-key": key}
    return someone.http.post(POSTS, json={"media_keys": keys, **fields}, headers=headers)


def code(answer: httpx.Response) -> tuple[int, str]:
    """Give status and code of a refusal."""
    return answer.status_code, answer.json()["code"]


def test_uploads_become_a_post(app: Served) -> None:
    """With all that a form would have said of them."""
    ada = person(app)
    one, other = offered(ada, PNG, PNG)
    sizes = {one["key"]: (9, 4), other["key"]: (10, 6)}
    for form in (one, other):
        assert form["url"].startswith(f"{app.url}/media/uploads/")
        assert fill_in(app, form, png(*sizes[form["key"]])).status_code == 204

    answer = share(
        ada, other["key"], one["key"], caption="Hello", location="Here", alt_text=["A", "B"]
    )

    assert answer.status_code == 202
    wait_until_published(app, answer.json()["post_id"])
    post = ada.http.get(f"{POSTS}/{answer.json()['post_id']}").json()
    assert (post["caption"], post["location"]) == ("Hello", "Here")
    shown = [(each["width"], each["height"], each["alt_text"]) for each in post["media"]]
    assert shown == [(10, 6, "A"), (9, 4, "B")]


def test_the_same_key_and_body_share_once(app: Served) -> None:
    """The answer is replayed; another body, or the same upload again, is refused."""
    ada = person(app)
    (form,) = offered(ada)
    fill_in(app, form, png())
    answers = [share(ada, form["key"], key="k") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [202] * 3
    assert len({answer.json()["post_id"] for answer in answers}) == 1
    assert answers[2].headers["idempotency-replayed"] == "true"
    assert code(share(ada, form["key"], key="k", caption="x")) == (422, "idempotency_key_reused")
    assert code(share(ada, form["key"])) == (422, "invalid")
    assert code(share(ada, form["key"], key="other")) == (422, "invalid")


@pytest.mark.parametrize(
    ("file", "refusal"),
    [
        ({"content_type": "image/png", "bytes": 10_485_761}, (413, "too_large")),
        ({"content_type": "text/html", "bytes": 10}, (415, "unsupported_media")),
        ({"content_type": "image/png", "bytes": 0}, (422, "invalid")),
        ({"content_type": "image/png"}, (422, "invalid")),
        ({"content_type": "image/png", "bytes": 1, "name": "x"}, (422, "invalid")),
    ],
)
def test_no_form_for_what_would_be_refused(
    app: Served, file: dict[str, object], refusal: tuple[int, str]
) -> None:
    """Told before anything is sent."""
    assert code(person(app).http.post(UPLOADS, json={"media": [file]})) == refusal


def test_a_form_takes_what_was_agreed_on(app: Served) -> None:
    """Neither more bytes, nor another type, nor another place, nor nothing."""
    ada = person(app)
    (form,) = offered(ada, {"content_type": "image/png", "bytes": 100})
    url = httpx.URL(form["url"])

    assert code(fill_in(app, form, b"x" * 101)) == (413, "too_large")
    assert code(fill_in(app, form, b"x" * 300_000)) == (413, "too_large")
    assert code(fill_in(app, form, b"")) == (422, "invalid")
    for wrong in ({"Content-Type": "text/html"}, {"content-type": ""}):
        assert code(fill_in(app, form | {"fields": wrong}, b"x")) == (403, "upload_form_not_good")
    for changed in ({"b": "1000"}, {"e": "9999999999"}, {"s": "x"}, {"t": ""}):
        forged = form | {"url": str(url.copy_merge_params(changed))}
        assert code(fill_in(app, forged, b"x")) == (403, "upload_form_not_good")
    assert code(share(ada, form["key"])) == (422, "invalid")
    assert fill_in(app, form, b"x" * 100).status_code == 204


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{}", "application/json", 415),
        (b"--b--\r\n", "multipart/form-data; boundary=b", 422),
        (b"--b\r\n", "multipart/form-data; boundary=b", 400),
        (
            (
                b'--b\r\nContent-Disposition: form-data; name="Content-Type"\r\n\r\nimage/png\r\n'
                b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\ncut off'
            ),
            "multipart/form-data; boundary=b",
            400,
        ),
    ],
)
def test_what_is_no_whole_form_stores_nothing(
    app: Served, body: bytes, content_type: str, status: int
) -> None:
    """Never half a file."""
    ada = person(app)
    (form,) = offered(ada)
    with app.client() as client:
        answer = client.post(form["url"], content=body, headers={"content-type": content_type})

    assert answer.status_code == status
    assert code(share(ada, form["key"])) == (422, "invalid")


def test_keys_are_for_whoever_asked(app: Served) -> None:
    """Signed in: and what was uploaded is served to nobody."""
    ada, ben = person(app), person(app)
    (form,) = offered(ada)
    fill_in(app, form, png())

    assert code(share(ben, form["key"])) == (422, "invalid")
    with app.client() as nobody:
        assert nobody.post(UPLOADS, json={"media": [PNG]}).status_code == 401
        assert nobody.post(POSTS, json={"media_keys": [form["key"]]}).status_code == 401
        stem = form["key"].partition(".")[0]
        assert nobody.get(f"/media/{stem}/large").status_code == 403
    assert share(ada, form["key"]).status_code == 202


def test_what_is_no_picture_is_refused_when_it_is_shared(app: Served) -> None:
    """As it is in a form."""
    ada = person(app)
    text, cut = offered(ada, PNG, PNG)
    fill_in(app, text, b"<svg/>")
    fill_in(app, cut, png()[:-20])

    assert code(share(ada, text["key"])) == (415, "unsupported_media")
    assert code(share(ada, cut["key"])) == (422, "media_truncated")


def test_a_body_that_is_neither_is_refused(app: Served) -> None:
    """Fields that are wrong name themselves."""
    ada = person(app)
    bodies: tuple[dict[str, object], ...] = (
        {},
        {"media_keys": "x"},
        {"media_keys": ["x"], "image": 1},
        {"media_keys": []},
    )
    for body in bodies:
        assert code(ada.http.post(POSTS, json=body)) == (422, "invalid")


@attrs.frozen
class Linked:
    """An app whose clients read from the store, and that store."""

    app: Served
    links: InMemoryMediaLinks


@pytest.fixture
def linked(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Linked]:
    """Give an app whose store links."""
    with served(tmp_path_factory.mktemp("data"), limits="off") as app:
        serving = app.application.services.media.serving
        store: MediaStore = serving._store
        links = InMemoryMediaLinks(store, app.application.clock)
        monkeypatch.setattr(serving, "_links", links)
        yield Linked(app, links)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_clients_are_sent_to_a_store_that_takes_them(linked: Linked, method: str) -> None:
    """By an address that is good for that method, kept no longer than it is good."""
    app = linked.app
    ada = person(app)
    post = published_post(app, ada)
    url = ada.http.get(f"{POSTS}/{post}").json()["large_url"]
    with app.client() as nobody:
        answer = nobody.request(method, url)
        assert (answer.status_code, answer.content) == (307, b"")
        assert answer.headers["vary"] == "Accept"
        kind, _, age = answer.headers["cache-control"].partition(", max-age=")
        assert (kind, 300 <= int(age) <= 600) == ("public", True)
        location = answer.headers["location"]
        found = app.run(linked.links.fetch(location, method))
        assert (found.status, found.content_type) == (200, "image/png")
        assert nobody.request(method, url).headers["location"] == location
        assert nobody.request(method, url + "x").status_code == 403


def test_private_pictures_are_sent_for_briefly_and_to_whoever_may(linked: Linked) -> None:
    """Going private ends the old address at once; shared caches keep neither way nor picture."""
    app = linked.app
    ada = person(app)
    post = published_post(app, ada)
    old = ada.http.get(f"{POSTS}/{post}").json()["large_url"]
    ada.http.patch("/api/v1/users/me", json={"is_private": True})
    new = ada.http.get(f"{POSTS}/{post}").json()["large_url"]
    with app.client() as nobody:
        assert nobody.get(old).status_code == 403
        answer = nobody.get(new)
    kind, _, age = answer.headers["cache-control"].partition(", max-age=")
    assert (kind, 0 < int(age) <= 150) == ("private", True)
    found = app.run(linked.links.fetch(answer.headers["location"]))
    assert found.cache_control.startswith("private")


def test_a_store_that_is_stuck_behind_the_last_byte_is_given_up(tmp_path: Path) -> None:
    """The deadline of requests begins when the file has come, as with other uploads."""

    async def stuck(_key: object, data: AsyncIterator[bytes]) -> None:
        async for _ in data:
            continue
        await asyncio.Event().wait()

    with served(tmp_path, timeout_request="0.5") as app:
        (form,) = offered(person(app))
        app.application.services.media.forms._store.put = stuck  # type: ignore[method-assign, assignment]
        answer = fill_in(app, form, png())

    assert code(answer) == (503, "unavailable")
