"""Photographs that go to the store themselves: on the data directory, and on a bucket."""

import os
import secrets
import time
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.e2e.people import POSTS, Person, photograph, register, small_photo
from tests.e2e.running import RunningApp, fresh_folder, instagram, running
from tests.servers.seaweed import Seaweed, private_seaweed, seaweed

MEGABYTE = 1024 * 1024


def bucket(server: Seaweed) -> dict[str, str]:
    """Give the settings of a bucket that is not there yet."""
    return {
        "s3_endpoint": server.endpoint,
        "s3_access_key": server.access_key,
        "s3_secret_key": server.secret_key,
        "s3_bucket": f"instagram-e2e-{os.getpid()}-{secrets.token_hex(4)}",
    }


@pytest.fixture(scope="module", params=["data directory", "bucket"])
def app(request: pytest.FixtureRequest) -> Iterator[RunningApp]:
    """Give an app without limits, on each kind of store."""
    settings = bucket(seaweed()) if request.param == "bucket" else {}
    with fresh_folder() as folder:
        if settings:
            done = instagram("migrate", folder=folder, **settings)
            assert f"applied  bucket {settings['s3_bucket']}" in done.stdout, done.stderr
        with running(folder, limits="off", **settings) as started:
            yield started


def offered(someone: Person, data: bytes, kind: str = "image/jpeg") -> dict[str, Any]:
    """Give a form for one file."""
    wanted = {"media": [{"content_type": kind, "bytes": len(data)}]}
    answer = someone.http.post(f"{POSTS}/uploads", json=wanted)
    assert answer.status_code == 200, answer.text
    (form,) = answer.json()["uploads"]
    return dict(form)


def sent(form: Mapping[str, Any], data: bytes) -> int:
    """Send a form as a browser does."""
    with httpx.Client(timeout=30) as client:
        answer = client.post(form["url"], data=form["fields"], files={"file": ("photo", data)})
    return answer.status_code


def test_a_photograph_goes_to_the_store_and_becomes_a_post(app: RunningApp) -> None:
    """Everybody reads its renditions, all of them or a part, as often as they like."""
    ada, ben = register(app), register(app)
    photo = photograph()
    form = offered(ada, photo)
    assert sent(form, photo) == 204

    answer = ada.http.post(POSTS, json={"media_keys": [form["key"]], "caption": "Direct"})
    assert answer.status_code == 202, answer.text
    post = answer.json()["post_id"]
    assert ada.settled(post)["status"] == "published"
    (media,) = ben.http.get(f"{POSTS}/{post}").json()["media"]
    for name, bound in {"thumbnail": 150, "small": 320, "medium": 640, "large": 1080}.items():
        with httpx.Client(follow_redirects=True) as nobody:
            got = nobody.get(media[f"{name}_url"], headers={"accept": "image/webp"})
            part = nobody.get(media[f"{name}_url"], headers={"range": "bytes=0-3"})
            head = nobody.head(media[f"{name}_url"], headers={"accept": "image/webp"})
        picture = Image.open(BytesIO(got.content))
        assert (got.headers["content-type"], max(picture.size)) == ("image/webp", bound)
        assert (part.status_code, len(part.content)) == (206, 4)
        assert (head.status_code, head.headers["content-length"]) == (200, str(len(got.content)))
    again = ada.http.post(POSTS, json={"media_keys": [form["key"]]})
    assert again.status_code == 422


def test_bad_uploads_are_refused(app: RunningApp) -> None:
    """Too large while they are sent, no picture when they are shared."""
    ada = register(app)
    photo = small_photo()
    form = offered(ada, photo)

    assert sent(form, photo + b"x") in {400, 403, 413}
    assert sent(form, b"x" * MEGABYTE) in {400, 403, 413}
    share = {"media_keys": [form["key"]]}
    assert ada.http.post(POSTS, json=share).status_code == 422
    assert sent(form, b"<svg/>") == 204
    assert ada.http.post(POSTS, json=share).status_code == 415
    assert sent(form, photo) == 204
    assert ada.http.post(POSTS, json=share).status_code == 202


def test_going_private_ends_old_addresses(app: RunningApp) -> None:
    """On a bucket as elsewhere; followers get new ones that end soon."""
    ada = register(app)
    post = ada.share()
    old = ada.http.get(f"{POSTS}/{post}").json()["large_url"]
    assert ada.http.patch("/api/v1/users/me", json={"is_private": True}).status_code == 200
    new = ada.http.get(f"{POSTS}/{post}").json()["large_url"]
    with httpx.Client(follow_redirects=True) as nobody:
        assert nobody.get(old).status_code == 403
        answer = nobody.get(new)
    assert answer.status_code == 200
    assert answer.headers["cache-control"].startswith("private")


def test_an_app_takes_up_a_store_that_comes_later(folder: Path) -> None:
    """Until then uploads are 503, and nothing else is any different."""
    server = private_seaweed()
    assert server.process is not None
    settings = bucket(server)
    refused = instagram("serve", "--port", "0", folder=folder, **settings)
    assert refused.returncode == 1
    assert refused.stderr.strip().endswith("run `instagram migrate`")
    assert instagram("migrate", folder=folder, **settings).returncode == 0
    examined = instagram("doctor", folder=folder, **settings)
    assert f"bucket {settings['s3_bucket']} at SeaweedFS" in examined.stdout
    server.process.kill()
    with running(folder, limits="off", **settings) as app:
        ada = register(app)
        for _ in range(5):
            answer = ada.upload(small_photo())
            assert answer.status_code == 503
            assert 1 <= int(answer.headers["retry-after"]) <= 5
        assert ada.feed() == []
        server.process.restart()
        deadline = time.monotonic() + 15
        while (answer := ada.upload(small_photo())).status_code == 503:
            assert time.monotonic() < deadline, "the store is back and uploads are refused"
        assert answer.status_code == 202
        assert ada.settled(answer.json()["post_id"])["status"] == "published"
        assert app.defects() == []
    server.process.close()
