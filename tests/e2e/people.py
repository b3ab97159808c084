"""People who use the app, and their photographs."""

import itertools
import os
import time
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import attrs
import httpx
from PIL import Image

from tests.e2e.running import RunningApp

PASSWORD: Final = "correct horse battery"
POSTS: Final = "/api/v1/posts"
_numbers = itertools.count(1)
_PATIENCE_SECONDS: Final = 60


@attrs.frozen(kw_only=True)
class Person:
    """Somebody signed in by token."""

    id: str
    username: str
    token: str
    http: httpx.Client

    def on(self, app: RunningApp) -> "Person":
        """Give the same person at another start of the app."""
        return attrs.evolve(self, http=app.client(bearer(self.token)))

    def follow(self, other: "Person") -> str:
        """Follow somebody; give how far it got."""
        answer = self.http.post(f"/api/v1/users/{other.id}/follow")
        assert answer.status_code == 200, answer.text
        return str(answer.json()["status"])

    def upload(self, photo: bytes, **fields: str) -> httpx.Response:
        """Give the answer to one shared photograph."""
        return self.http.post(POSTS, files={"media": ("photo", photo)}, data=fields)

    def share(self, photo: bytes | None = None, **fields: str) -> str:
        """Share a photograph and wait until it is published; give the post."""
        answer = self.upload(photo or small_photo(), **fields)
        assert answer.status_code == 202, answer.text
        post = str(answer.json()["post_id"])
        assert self.settled(post)["status"] == "published"
        return post

    def settled(self, post: str) -> dict[str, Any]:
        """Give the post once it is published or failed."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            shown: dict[str, Any] = self.http.get(f"{POSTS}/{post}").json()
            if shown["status"] != "processing":
                return shown
        raise AssertionError(f"post {post} is still being processed")

    def feed(self) -> list[dict[str, Any]]:
        """Give the whole home feed."""
        return list(pages(self.http, "/api/v1/feed", "posts"))


def pages(http: httpx.Client, path: str, name: str, limit: int = 50) -> Iterable[dict[str, Any]]:
    """Give all items of a list, page by page."""
    query = {"limit": str(limit)}
    while True:
        answer = http.get(path, params=query)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        yield from page[name]
        if not page["has_more"]:
            return
        query["cursor"] = page["next_cursor"]


def register(app: RunningApp, name: str = "person") -> Person:
    """Give somebody new."""
    username = f"{name}{next(_numbers)}"
    body = {"username": username, "email": f"{username}@example.org", "password": PASSWORD}
    with app.client() as client:
        answer = client.post("/api/v1/auth/register", json=body)
    assert answer.status_code == 201, answer.text
    signed_in = answer.json()
    return Person(
        id=signed_in["user"]["id"],
        username=username,
        token=signed_in["token"],
        http=app.client(bearer(signed_in["token"])),
    )


def bearer(token: str) -> dict[str, str]:
    """Give the header that signs in."""
    return {"authorization": f"Bearer {token}"}


def small_photo(colour: tuple[int, int, int] = (20, 120, 200)) -> bytes:
    """Give a little JPEG."""
    return _encoded(Image.new("RGB", (64, 48), colour), "JPEG")


def photograph() -> bytes:
    """Give a photograph of twelve megapixels: a real one where there is one."""
    found = media_folder() / "photo-12mp.jpg"
    if found.is_file():
        return found.read_bytes()
    noise = Image.effect_noise((1000, 750), 60).resize((4000, 3000)).convert("RGB")
    return _encoded(noise, "JPEG")


def media_folder() -> Path:
    """Give where pictures for tests lie: INSTAGRAM_TEST_MEDIA, else next to the repository."""
    beside = Path(__file__).parents[3] / "shared" / "media"
    return Path(os.environ.get("INSTAGRAM_TEST_MEDIA", beside))


def _encoded(image: Image.Image, form: str) -> bytes:
    buffer = BytesIO()
    image.save(buffer, form)
    return buffer.getvalue()
