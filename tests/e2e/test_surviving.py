"""What was acknowledged survives, whatever happens to the process."""

import threading
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import httpx

from tests.e2e.people import POSTS, Person, pages, register, small_photo
from tests.e2e.running import RunningApp, running

UPLOADS = 20


def test_every_upload_that_was_acknowledged_is_published_once(folder: Path) -> None:
    """Kill -9 in the middle of twenty uploads, start again on the same data."""
    app = RunningApp.start(folder, limits="off")
    ada = register(app)
    accepted = killed_while_uploading(app, ada)

    with running(folder, limits="off") as again:
        ada = ada.on(again)
        assert {ada.settled(post)["status"] for post in accepted} == {"published"}
        listed = [each["id"] for each in pages(ada.http, f"/api/v1/users/{ada.id}/posts", "posts")]
        assert len(listed) == len(set(listed))
        assert set(accepted) <= set(listed)
        assert ada.http.get("/api/v1/users/me").json()["post_count"] == len(listed)
        assert [each["id"] for each in ada.feed()] == listed


def killed_while_uploading(app: RunningApp, author: Person) -> list[str]:
    """Give the posts that were answered 202 before the process was killed."""
    accepted = list[str]()
    some_are_in = threading.Event()

    def upload(number: int) -> None:
        try:
            answer = author.upload(small_photo((number, 0, 0)), caption=str(number))
        except httpx.HTTPError:
            return
        assert answer.status_code == 202, answer.text
        accepted.append(answer.json()["post_id"])
        if len(accepted) >= UPLOADS // 3:
            some_are_in.set()

    with ThreadPoolExecutor(4) as pool:
        uploads = [pool.submit(upload, number) for number in range(UPLOADS)]
        assert some_are_in.wait(timeout=60)
        app.kill()
        wait(uploads)
    assert len(accepted) > 0
    for done in uploads:
        done.result()
    return accepted


def test_a_retry_after_the_crash_finds_the_first_answer(folder: Path) -> None:
    """The key is stored with its effect."""
    app = RunningApp.start(folder, limits="off")
    ada = register(app)
    first = upload_with_key(ada)
    app.kill()

    with running(folder, limits="off") as again:
        second = upload_with_key(ada.on(again))
        assert ada.on(again).settled(first.json()["post_id"])["status"] == "published"
    assert (202, first.content, "true") == (
        second.status_code,
        second.content,
        second.headers["idempotency-replayed"],
    )


def upload_with_key(author: Person) -> httpx.Response:
    """Give the answer to one upload that may be repeated."""
    return author.http.post(
        POSTS, files={"media": ("a", small_photo())}, headers={"idempotency-key": "once"}
    )


def test_a_request_under_way_is_answered_before_the_end(folder: Path) -> None:
    """SIGTERM lets it finish, and the process ends well."""
    with running(folder, limits="off") as app:
        ada = register(app)
        body = b'--b\r\nContent-Disposition: form-data; name="image"\r\n\r\n%b\r\n--b--\r\n'
        form = body % small_photo()
        with app.connect() as connection:
            connection.sendall(
                b"POST %b HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %b\r\nContent-Length: %d\r\n"
                b"Content-Type: multipart/form-data; boundary=b\r\n\r\n%b"
                % (POSTS.encode(), ada.token.encode(), len(form), form[:100])
            )
            wait_until_read(app)
            app.process.terminate()
            connection.sendall(form[100:])
            assert connection.recv(12) == b"HTTP/1.1 202"


def wait_until_read(app: RunningApp) -> None:
    """Return when the server has read what was sent: it answers another connection after it."""
    with app.client() as client:
        assert client.get("/livez").status_code == 200
