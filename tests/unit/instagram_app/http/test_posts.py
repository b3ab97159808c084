"""Sharing, liking and reading posts over HTTP."""

import threading
from collections.abc import Callable

import httpx
import pytest

from tests.unit.instagram_app.http.people import (
    Person,
    person,
    png,
    published_post,
    shared_post,
    wait_until_published,
)
from tests.unit.instagram_app.http.raw import exchange
from tests.unit.instagram_app.http.served import Served, served

Files = list[tuple[str, tuple[str | None, bytes | str]]]
POSTS = "/api/v1/posts"


def stored_files(app: Served) -> int:
    """Give how many files the media store holds."""
    return len(app.run(app.application.services.media.uploads._store.page(None, 10_000)))


def upload(someone: Person, files: Files, **headers: str) -> httpx.Response:
    """Give the answer to a form of these parts."""
    return someone.http.post(POSTS, files=files, headers=headers)


def media(content: bytes = b"", name: str = "media") -> tuple[str, tuple[str | None, bytes | str]]:
    """Give one file part."""
    return name, ("a.png", content or png())


def text(name: str, value: str | bytes) -> tuple[str, tuple[str | None, bytes | str]]:
    """Give one text part."""
    return name, (None, value)


def test_a_post_is_its_authors_alone_until_it_is_published(app: Served) -> None:
    """Then everybody who may sees it, with its media."""
    ada, ben = person(app), person(app)
    parts = [media(), media(png(10, 4)), text("caption", "Grüße 🌍"), text("alt_text", "a")]
    answer = upload(ada, parts)
    post = answer.json()["post_id"]

    assert (202, {"post_id": post, "status": "processing"}) == (answer.status_code, answer.json())
    wait_until_published(app, post)
    shown = ben.http.get(f"{POSTS}/{post}").json()
    first, second = shown["media"]
    assert tuple(shown[name] for name in ("caption", "status", "like_count", "is_liked")) == (
        "Grüße 🌍",
        "published",
        0,
        False,
    )
    assert [(each["alt_text"], each["width"], each["height"]) for each in (first, second)] == [
        ("a", 8, 6),
        ("", 10, 4),
    ]
    for size in ("thumbnail", "small", "medium", "large"):
        assert shown[f"{size}_url"] == first[f"{size}_url"]
        assert first[f"{size}_url"].startswith(f"{app.url}/media/")


@pytest.mark.parametrize(
    ("parts", "status", "code"),
    [
        ([text("caption", "no file")], 422, "invalid"),
        ([media() for _ in range(11)], 422, "invalid"),
        ([media(), media(name="image")], 422, "invalid"),
        ([media(name="image"), media(name="image")], 422, "invalid"),
        ([media(), text("alt_text", "a"), text("alt_text", "b")], 422, "invalid"),
        ([media(), text("surplus", "x")], 422, "invalid"),
        ([media(), text("caption", "a"), text("caption", "b")], 422, "invalid"),
        ([media(), text("caption", "x" * 2201)], 422, "invalid"),
        ([media(), text("caption", "nul\0")], 422, "invalid"),
        ([media(), text("caption", b"\xff")], 400, "malformed_request"),
        ([media(), text("caption", "x" * 70_000)], 413, "too_large"),
        ([media(b"no picture")], 415, "unsupported_media"),
        ([media(), media(b"no picture")], 415, "unsupported_media"),
        ([media(png()[:-20])], 422, "media_truncated"),
        ([("media", ("a.png", b""))], 415, "unsupported_media"),
    ],
)
def test_a_bad_form_is_refused_and_leaves_nothing_behind(
    app: Served, parts: Files, status: int, code: str
) -> None:
    """Not even the good files of it."""
    ada, before = person(app), stored_files(app)
    answer = upload(ada, parts)

    assert (status, code) == (answer.status_code, answer.json()["code"])
    assert before == stored_files(app)


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{}", "text/plain", 415),
        (b"", "", 415),
        (b"", "multipart/form-data; boundary=b", 400),
        (b"--b\r\n", "multipart/form-data; boundary=b", 400),
        (b"--b--\r\n", "multipart/form-data; boundary=b", 422),
        (b"garbage", "multipart/form-data; boundary=b", 400),
        (b"--b--\r\n", "multipart/form-data", 400),
        (
            b'--b\r\nContent-Disposition: form-data; name="media"\r\n\r\ncut off',
            "multipart/form-data; boundary=b",
            400,
        ),
    ],
)
def test_what_is_no_whole_form_is_refused(
    app: Served, body: bytes, content_type: str, status: int
) -> None:
    """Never an empty form and 200."""
    headers = {"content-type": content_type}
    answer = person(app).http.post(POSTS, content=body, headers=headers)

    assert status == answer.status_code


def test_a_form_may_come_in_chunks(app: Served) -> None:
    """Without a declared length."""
    body = b'--b\r\nContent-Disposition: form-data; name="image"\r\n\r\n%b\r\n--b--\r\n' % png()
    answer = person(app).http.post(
        POSTS,
        content=(body[start : start + 17] for start in range(0, len(body), 17)),
        headers={"content-type": "multipart/form-data; boundary=b"},
    )

    assert answer.status_code == 202


def test_the_largest_file_is_taken_and_one_byte_more_is_not(tmp_path: object) -> None:
    """The limit is inclusive, with and without a declared length."""
    from pathlib import Path  # noqa: PLC0415

    with served(Path(str(tmp_path)), limits="off", upload_bytes=str(len(png()))) as app:
        ada = person(app)
        assert upload(ada, [media() for _ in range(10)]).status_code == 202
        longer = upload(ada, [media(png() + b"x")])
        assert (longer.status_code, longer.json()["code"]) == (413, "too_large")
        declared = (
            b"POST /api/v1/posts HTTP/1.1\r\nAuthorization: Bearer %b\r\n"
            b"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 99999999\r\n\r\n"
        )
        assert exchange(app, declared % ada.token.encode()).status == 413


@pytest.mark.parametrize("token", [None, "x" * 64])
def test_an_upload_of_nobody_is_refused_before_it_is_read(app: Served, token: str | None) -> None:
    """The answer comes although no byte of the body did."""
    signed = b"" if token is None else b"Authorization: Bearer %b\r\n" % token.encode()
    head = (
        b"POST /api/v1/posts HTTP/1.1\r\nHost: x\r\nContent-Length: 50000000\r\n"
        b"Content-Type: multipart/form-data; boundary=b\r\n%b\r\n"
    )

    assert exchange(app, head % signed).status == 401


def test_a_key_makes_an_upload_happen_once(app: Served) -> None:
    """The same files and fields get the first answer again; the raw bytes may differ."""
    ada, other = person(app), person(app)
    parts = [media(), text("caption", "once")]
    first = upload(ada, parts, **{"idempotency-key": "k-1"})
    files = stored_files(app)
    again = upload(ada, parts, **{"idempotency-key": "k-1"})
    another = upload(ada, [media(), text("caption", "else")], **{"idempotency-key": "k-1"})
    elsewhere = upload(other, parts, **{"idempotency-key": "k-1"})

    assert (202, first.content) == (again.status_code, again.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert (another.status_code, another.json()["code"]) == (422, "idempotency_key_reused")
    assert (elsewhere.status_code, elsewhere.content == first.content) == (202, False)
    wait_until_published(app, first.json()["post_id"])
    assert len(ada.http.get(f"/api/v1/users/{ada.id}/posts").json()["posts"]) == 1
    assert stored_files(app) >= files


def test_duplicates_at_the_same_time_are_one(app: Served) -> None:
    """Whoever comes second waits, and gets what the first got."""
    ada, answers = person(app), list[httpx.Response]()

    def send() -> None:
        with app.client(ada.token) as client:
            answers.append(
                client.post(POSTS, files=[media()], headers={"idempotency-key": "at-once"})
            )

    _at_once([send] * 6)

    assert {202} == {answer.status_code for answer in answers}
    assert len({answer.json()["post_id"] for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1


def test_a_refusal_is_not_kept(app: Served) -> None:
    """The same key may be tried again with something better."""
    ada = person(app)
    bad = upload(ada, [media(b"no picture")], **{"idempotency-key": "k-2"})
    good = upload(ada, [media()], **{"idempotency-key": "k-2"})

    assert (bad.status_code, good.status_code) == (415, 202)


@pytest.mark.parametrize("key", ["", "é", "x" * 256])
def test_a_bad_key_is_refused(app: Served, key: str) -> None:
    """ASCII, 255 characters at most."""
    answer = person(app).http.post(
        f"{POSTS}/{shared_post(person(app))}/like",
        headers={b"idempotency-key": key.encode()},
    )

    assert answer.status_code == 422


def test_a_key_belongs_to_one_target(app: Served) -> None:
    """Another post with the same key is another request."""
    ada = person(app)
    first, second = (published_post(app, ada) for _ in range(2))
    headers = {"idempotency-key": "like-1"}

    def like(post: str) -> httpx.Response:
        return ada.http.post(f"{POSTS}/{post}/like", headers=headers)

    assert [like(first).json()["idempotent"] for _ in range(2)] == [False, False]
    assert like(second).status_code == 422


def test_likes_are_idempotent_and_counted(app: Served) -> None:
    """Each answer tells the count."""
    ada, ben = person(app), person(app)
    path = f"{POSTS}/{published_post(app, ada)}"
    answers = [
        call(f"{path}/like").json()
        for call in (ben.http.post, ben.http.post, ada.http.post, ben.http.delete, ben.http.delete)
    ]

    assert [(answer["like_count"], answer["idempotent"]) for answer in answers] == [
        (1, False),
        (1, True),
        (2, False),
        (1, False),
        (1, True),
    ]
    assert all(answer["success"] for answer in answers)
    shown = ada.http.get(path).json()
    assert (shown["like_count"], shown["is_liked"]) == (1, True)
    listed = ben.http.get(f"{path}/likes").json()
    assert [ada.id] == [user["id"] for user in listed["users"]]


def test_a_post_is_edited_and_deleted_by_its_author_only(app: Served) -> None:
    """Others are told that they may not; once they may not see it, that there is none."""
    ada, ben = person(app), person(app)
    path = f"{POSTS}/{published_post(app, ada, caption='old')}"

    for is_private, status in ((False, 403), (True, 404)):
        ada.http.patch("/api/v1/users/me", json={"is_private": is_private})
        assert ben.http.patch(path, json={"caption": "new"}).status_code == status
        assert ben.http.post(f"{path}/retry").status_code == status
        assert ben.http.delete(path).status_code == status
    edited = ada.http.patch(path, json={"caption": "new"})
    assert (
        edited.status_code,
        edited.json()["caption"],
        edited.json()["location"],
    ) == (200, "new", "")
    assert ada.http.post(f"{path}/retry").status_code == 409
    assert [ada.http.delete(path).status_code for _ in range(2)] == [204, 404]


def test_the_feed_is_oneself_and_whom_one_follows(app: Served) -> None:
    """Newest first; strangers are not in it."""
    ada, ben, cat = person(app), person(app), person(app)
    ada.http.post(f"/api/v1/users/{ben.id}/follow")
    posts = [published_post(app, author) for author in (ada, ben, ben)]
    published_post(app, cat)
    first = ada.http.get("/api/v1/feed", params={"limit": "2"}).json()
    second = ada.http.get(
        "/api/v1/feed", params={"limit": "2", "cursor": first["next_cursor"]}
    ).json()

    assert posts[::-1] == [post["id"] for post in first["posts"] + second["posts"]]
    assert (first["has_more"], second["has_more"], second["next_cursor"]) == (True, False, None)


@pytest.mark.parametrize("query", ["order=sideways", "limit=0", "limit=ten", "order=", "limit="])
def test_a_bad_query_of_the_feed_is_refused(app: Served, query: str) -> None:
    """422 names the parameter."""
    answer = person(app).http.get(f"/api/v1/feed?{query}")

    assert (422, query.partition("=")[0]) == (
        answer.status_code,
        answer.json()["errors"][0]["field"],
    )


@pytest.mark.parametrize("cursor", ["", "x", "A" * 54, "%ff", "😀"])
def test_a_forged_cursor_of_the_feed_is_refused(app: Served, cursor: str) -> None:
    """400, whatever it is."""
    answer = person(app).http.get(f"/api/v1/feed?cursor={cursor}")

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")


def _at_once(works: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
